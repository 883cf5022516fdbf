-- what: the protected table is renamed, and one without label put in its place
-- known: own
-- as: owner
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'owner') \g /dev/null
\connect - owner
ALTER TABLE users RENAME TO users_old;
CREATE TABLE users AS SELECT * FROM users_old;
SET wdd_privacy.purpose = '';
SELECT phone FROM users;
SELECT phone FROM users_old;
