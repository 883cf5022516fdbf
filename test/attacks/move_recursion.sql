-- what: a recursive CTE that hands a value on
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen (user_id bigint, phone text);
WITH RECURSIVE r(n, p) AS (SELECT 1, phone FROM users UNION ALL SELECT n + 1, p FROM r WHERE n < 2)
INSERT INTO stolen SELECT n, p FROM r;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
