-- what: ON CONFLICT DO UPDATE SET
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen (user_id bigint PRIMARY KEY, phone text);
INSERT INTO stolen VALUES (666, NULL);
INSERT INTO stolen VALUES (666, NULL) ON CONFLICT (user_id) DO UPDATE SET phone = (SELECT phone FROM users WHERE user_id = 666);
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
