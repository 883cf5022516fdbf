-- what: a CHECK constraint of the user's own table reads the protected one, and fails for a right guess
-- known: own
-- purpose: service
CREATE FUNCTION is_there(text) RETURNS boolean LANGUAGE sql AS $$ SELECT EXISTS (SELECT FROM users WHERE phone LIKE $1) $$;
CREATE TABLE guesses (g text CHECK (NOT is_there(g)));
\set VERBOSITY terse
INSERT INTO guesses VALUES ('1390%');
\if :ERROR
\echo LEAKED
\endif
