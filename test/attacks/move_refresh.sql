-- what: a materialized view made WITH NO DATA is filled by REFRESH
-- known: bypasses: materialized view
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE MATERIALIZED VIEW stolen AS SELECT phone FROM users WITH NO DATA;
REFRESH MATERIALIZED VIEW stolen;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
