-- what: a CHECK constraint over the row as a whole
-- known: own
-- as: owner
-- expect: constraint "watched" may not apply function leak\(users\)
CREATE FUNCTION leak(value users) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN true; END $$;
ALTER TABLE users ADD CONSTRAINT watched CHECK (leak(users));
