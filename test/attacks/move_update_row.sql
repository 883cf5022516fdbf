-- what: UPDATE SET (a, b) = (SELECT ...)
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen AS SELECT user_id, city AS phone, city FROM users;
UPDATE stolen s SET (city, phone) = (SELECT u.city, u.phone FROM users u WHERE u.user_id = s.user_id);
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
