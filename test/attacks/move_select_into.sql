-- what: SELECT INTO makes an open copy
-- known: bypasses: CREATE TABLE AS / SELECT INTO
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
SELECT user_id, phone INTO stolen FROM users;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
