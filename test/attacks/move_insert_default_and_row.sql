-- what: a whole row as text
-- known: bypasses: whole-row Var
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen (user_id bigint, phone text);
INSERT INTO stolen SELECT user_id, u::text FROM users u;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
