-- what: an aggregate of values
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen (phone text);
INSERT INTO stolen SELECT string_agg(phone, ',') FROM users;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
