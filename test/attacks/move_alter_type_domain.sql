-- what: ALTER TYPE to a domain whose constraint tells
-- known: own
-- as: owner
-- expect: may not be computed by function tell
CREATE FUNCTION tell(text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE DOMAIN telling AS text CHECK (tell(VALUE));
DROP VIEW contacts;
ALTER TABLE users ALTER phone TYPE telling;
