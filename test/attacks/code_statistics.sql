-- what: extended statistics over a function that shows every row when ANALYZE runs it
-- known: own
-- as: owner
-- expect: statistics object "watched" may not apply function leak\(text\) to column "phone" of table "public.users"
CREATE FUNCTION leak(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN value; END $$;
CREATE STATISTICS watched ON (leak(phone)), user_id FROM users;
ANALYZE users;
