-- what: add a CHECK constraint whose function shows every row that it is asked about
-- known: own
-- as: owner
-- expect: constraint "watched" may not apply function leak\(text\) to column "phone" of table "public.users"
CREATE FUNCTION leak(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN true; END $$;
ALTER TABLE users ADD CONSTRAINT watched CHECK (leak(phone));
