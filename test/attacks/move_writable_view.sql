-- what: a copy through a view that can be written
-- known: own
-- as: app
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
CREATE TABLE stolen (user_id bigint, phone text);
GRANT ALL ON stolen TO PUBLIC;
CREATE VIEW writable AS SELECT user_id, phone FROM stolen;
GRANT ALL ON writable TO PUBLIC;
\connect - app
SET wdd_privacy.purpose = 'backup';
INSERT INTO writable SELECT user_id, phone FROM users;
\connect - analyst
SELECT phone FROM stolen;
