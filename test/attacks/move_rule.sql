-- what: a rule copies what an update touches
-- known: bypasses: RULE ... DO ALSO
-- as: owner
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'owner') \g /dev/null
\connect - owner
CREATE TABLE stolen (phone text);
CREATE RULE copy AS ON UPDATE TO users DO ALSO INSERT INTO stolen VALUES (OLD.phone);
UPDATE users SET city = city;
SELECT phone FROM stolen;
