-- what: CREATE TABLE AS makes an open copy
-- known: bypasses: CREATE TABLE AS / SELECT INTO
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen AS SELECT user_id, phone FROM users;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
