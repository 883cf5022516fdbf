-- what: a CHECK constraint that casts to a domain, whose own constraint shows the value
-- known: own
-- as: owner
-- expect: constraint "watched" may not apply domain watcher to column "phone"
CREATE FUNCTION leak(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN true; END $$;
CREATE DOMAIN watcher AS text CHECK (leak(VALUE));
ALTER TABLE users ADD CONSTRAINT watched CHECK ((phone::watcher) IS NOT NULL);
