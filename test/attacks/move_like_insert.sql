-- what: a table like the protected one, filled by INSERT ... SELECT
-- known: own
-- as: owner
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'owner') \g /dev/null
\connect - owner
CREATE TABLE stolen (LIKE users);
INSERT INTO stolen SELECT * FROM users;
RESET wdd_privacy.purpose;
SELECT phone FROM stolen;
