-- what: LIKE with a pattern that fails tells that the condition before it held
-- known: own
-- purpose: service
\set VERBOSITY terse
SELECT 1 FROM users WHERE phone LIKE '%0000666' AND city LIKE 'Shangha\';
\if :ERROR
\echo LEAKED
\endif
SELECT 1 FROM users WHERE phone LIKE '%0000666' AND city LIKE 'Shangha' || chr(92);
\if :ERROR
\echo LEAKED
\endif
