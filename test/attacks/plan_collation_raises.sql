-- what: a function that fails under a nondeterministic collation tells that the condition before it held
-- known: own
-- purpose: service
CREATE COLLATION loose (provider = icu, locale = 'und', deterministic = false);
CREATE TABLE mine (id bigint, c text COLLATE loose);
INSERT INTO mine VALUES (666, 'S');
ANALYZE mine;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_seqscan = off;
\set VERBOSITY terse
SELECT user_id FROM users, mine WHERE user_id = id AND phone LIKE '%0000666' AND city ^@ c;
\if :ERROR
\echo LEAKED
\endif
