-- what: add a CHECK constraint without validation, and write rows by a column that is not labelled
-- known: own
-- as: owner
-- expect: constraint "watched" may not apply function leak\(text\) to column "phone" of table "public.users"
CREATE FUNCTION leak(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN true; END $$;
ALTER TABLE users ADD CONSTRAINT watched CHECK (leak(phone)) NOT VALID;
UPDATE users SET city = 'Beijing' WHERE user_id = 666;
