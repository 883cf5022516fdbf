-- what: the value moves to a person who permits
-- known: own
-- as: app
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
SET wdd_privacy.purpose = 'backup';
ALTER TABLE users DROP CONSTRAINT users_phone_key;
UPDATE users SET email = (SELECT phone FROM users WHERE user_id = 666) WHERE user_id = 1;
UPDATE users SET phone = 'x' || (SELECT phone FROM users WHERE user_id = 666) WHERE user_id = 1;
SET wdd_privacy.purpose = 'service';
SELECT phone FROM users WHERE user_id = 1;
