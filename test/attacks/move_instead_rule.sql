-- what: a rule turns an insert of nothing into a copy
-- known: bypasses: RULE ... DO INSTEAD
-- as: owner
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'owner') \g /dev/null
\connect - owner
CREATE TABLE stolen (phone text);
CREATE TABLE bait (i integer);
CREATE RULE copy AS ON INSERT TO bait DO INSTEAD INSERT INTO stolen SELECT phone FROM users;
INSERT INTO bait VALUES (1);
SELECT phone FROM stolen;
