-- what: UPDATE into a column without label of the same row
-- known: bypasses: UPDATE ... SET public_col = secret_col
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
UPDATE users SET city = phone;
SELECT city FROM users;
