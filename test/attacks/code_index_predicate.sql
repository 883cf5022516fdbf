-- what: build an index whose predicate shows every row
-- known: own
-- as: owner
-- expect: index "watched" may not apply function leak\(text\) to column "phone" of table "public.users"
CREATE FUNCTION leak(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN true; END $$;
CREATE INDEX CONCURRENTLY watched ON users (user_id) WHERE leak(phone);
