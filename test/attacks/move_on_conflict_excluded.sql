-- what: a value that goes through EXCLUDED into a column without label
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
INSERT INTO users (user_id, phone) SELECT user_id, phone FROM users WHERE user_id = 666 ON CONFLICT (user_id) DO UPDATE SET city = EXCLUDED.phone;
SELECT city FROM users;
