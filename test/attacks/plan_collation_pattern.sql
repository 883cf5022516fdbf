-- what: LIKE fails under a nondeterministic collation that comes from another table
-- known: own
-- purpose: service
CREATE COLLATION loose (provider = icu, locale = 'und', deterministic = false);
CREATE TABLE mine (id bigint, c text COLLATE loose);
INSERT INTO mine VALUES (666, NULL);
ANALYZE mine;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_seqscan = off;
\set VERBOSITY terse
SELECT user_id FROM users, mine WHERE user_id = id AND phone LIKE '%0000666' AND coalesce(c, city) LIKE 'S%';
\if :ERROR
\echo LEAKED
\endif
