-- what: a sub-select in VALUES
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen (user_id bigint, phone text);
INSERT INTO stolen VALUES (1, (SELECT phone FROM users WHERE user_id = 666)), (2, NULL);
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
