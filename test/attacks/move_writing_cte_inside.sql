-- what: a writing CTE under a harmless SELECT
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen (user_id bigint, phone text);
WITH i AS (INSERT INTO stolen SELECT user_id, phone FROM users RETURNING 1) SELECT count(*) FROM i;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
