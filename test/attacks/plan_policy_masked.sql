-- what: a policy asks for the real value of a column that is masked for this person
-- known: own
-- purpose: service
\connect - owner
CREATE POLICY guess ON users USING (name LIKE current_setting('my.guess') || '%');
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
\connect - app
SET my.guess = '秘密';
SELECT 'LEAKED: it is ' || current_setting('my.guess') FROM users WHERE user_id = 666;
