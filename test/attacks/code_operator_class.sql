-- what: build an index with an operator class whose comparison shows what it compares
-- known: own
-- as: owner
-- expect: index "watched" may not apply function leak\(text,text\) to column "phone" of table "public.users"
\connect - dba
CREATE FUNCTION leak(a text, b text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '% %', a, b; RETURN bttextcmp(a, b); END $$;
CREATE OPERATOR CLASS watching FOR TYPE text USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 leak(text, text);
\connect - owner
CREATE INDEX watched ON users (phone watching);
