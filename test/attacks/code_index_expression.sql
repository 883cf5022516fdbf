-- what: build an index over a function that shows every row
-- known: CVE-2020-25695, CVE-2022-1552
-- as: owner
-- expect: index "watched" may not apply function leak\(text\) to column "phone" of table "public.users"
CREATE FUNCTION leak(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN value; END $$;
CREATE INDEX watched ON users (leak(phone));
