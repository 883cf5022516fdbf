-- what: the hidden person's data is stored anew
-- known: own
-- purpose: ads
INSERT INTO users (user_id, phone) VALUES (999, 'LEAKED: stored');
UPDATE users SET phone = 'LEAKED: stored' WHERE user_id = 666;
SELECT phone FROM users WHERE phone LIKE 'LEAKED%';
\connect - dba
SELECT wdd.grant_purpose('backup', 'dba') \g /dev/null
SET wdd_privacy.purpose = 'backup';
SELECT phone FROM users WHERE phone LIKE 'LEAKED%';
