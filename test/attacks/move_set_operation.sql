-- what: an arm of UNION
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen (user_id bigint, phone text);
INSERT INTO stolen SELECT 1, city FROM users UNION ALL SELECT user_id, phone FROM users;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
