-- what: a CHECK constraint from before the label is handed the hidden row that an update of another column leaves behind
-- known: own
-- as: dba
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE 'told %', $1; RETURN true; END $$;
CREATE TABLE late (user_id bigint, secret text CHECK (shout(secret)), other text);
\set VERBOSITY terse
SET client_min_messages = error;
INSERT INTO late VALUES (666, '139' || '00000666');
SET client_min_messages = notice;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE late IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN late.secret IS 'category=contact; purposes=service';
\endif
GRANT SELECT, INSERT, UPDATE ON late TO app;
UPDATE late SET other = 'x';
\connect - app
SET wdd_privacy.purpose = 'service';
UPDATE late SET other = 'y';
