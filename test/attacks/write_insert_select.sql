-- what: INSERT ... SELECT, VALUES with a sub-select, and a default that reads
-- known: bypasses.md: INSERT … SELECT
-- purpose: service
CREATE FUNCTION read_it() RETURNS text LANGUAGE sql AS $$ SELECT phone FROM users WHERE user_id = 666 $$;
CREATE TABLE mine (v text, d text DEFAULT read_it());
INSERT INTO mine SELECT phone FROM users WHERE user_id = 666;
INSERT INTO mine VALUES ((SELECT phone FROM users WHERE user_id = 666));
INSERT INTO mine (v) VALUES ('x');
INSERT INTO mine VALUES ('x', DEFAULT) RETURNING d;
SELECT v, d FROM mine;
