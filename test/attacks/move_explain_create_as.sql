-- what: EXPLAIN ANALYZE of a CREATE TABLE AS is carried out
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
EXPLAIN (ANALYZE, TIMING off, SUMMARY off, COSTS off) CREATE TABLE stolen AS SELECT phone FROM users;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
