-- what: the function of a generated column tells what it sees
-- known: own
-- as: owner
-- expect: may not apply function tell
CREATE FUNCTION tell(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE '%', $1; RETURN $1; END $$;
ALTER TABLE users ADD COLUMN stolen text GENERATED ALWAYS AS (tell(phone)) STORED;
