-- what: an index over an expression from before the label is handed the hidden row that is updated
-- known: bypasses.md: CREATE INDEX ON t((f(secret)))
-- as: dba
CREATE FUNCTION shout(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE 'told %', $1; RETURN $1; END $$;
CREATE TABLE late (user_id bigint, secret text, other text);
SET client_min_messages = error;
INSERT INTO late VALUES (666, '139' || '00000666');
CREATE INDEX ON late (shout(secret));
CREATE INDEX ON late (other);
SET client_min_messages = notice;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE late IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN late.secret IS 'category=contact; purposes=service';
\endif
GRANT SELECT, INSERT, UPDATE ON late TO app;
\connect - app
SET wdd_privacy.purpose = 'service';
UPDATE late SET other = 'y';
