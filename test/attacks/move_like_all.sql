-- what: a table like the protected one with all that belongs to it
-- known: own
-- as: owner
-- purpose: backup
-- expect: cannot be used without a purpose
\connect - dba
SELECT wdd.grant_purpose('backup', 'owner') \g /dev/null
\connect - owner
CREATE TABLE stolen (LIKE users INCLUDING ALL);
INSERT INTO stolen SELECT * FROM users;
SET wdd_privacy.purpose = '';
SELECT phone FROM stolen;
