-- what: ALTER TYPE ... USING a function that tells
-- known: bypasses: SET DATA TYPE USING
-- as: owner
-- expect: may not be computed by function tell
CREATE FUNCTION tell(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $1; RETURN $1; END $$;
DROP VIEW contacts;
ALTER TABLE users ALTER phone TYPE text USING tell(phone);
