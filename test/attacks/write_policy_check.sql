-- what: a policy's WITH CHECK sees the hidden row that an update of another column leaves behind
-- known: own
-- purpose: service
\connect - owner
CREATE POLICY guess ON users USING (true) WITH CHECK (phone LIKE current_setting('my.guess') || '%');
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
\connect - app
SET my.guess = '1390';
UPDATE users SET city = 'guessed' WHERE user_id = 666;
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND city = 'guessed';
