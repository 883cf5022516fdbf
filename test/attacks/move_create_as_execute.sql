-- what: CREATE TABLE AS EXECUTE of a statement whose plan is cached
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
PREPARE s AS SELECT phone FROM users;
SET plan_cache_mode = force_generic_plan;
EXECUTE s \g /dev/null
CREATE TABLE stolen AS EXECUTE s;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
