-- what: ON CONFLICT DO UPDATE gives the hidden row to a person who permits
-- known: own
-- purpose: service
DELETE FROM orders WHERE user_id = 666;
INSERT INTO users (user_id, city) VALUES (666, 'x') ON CONFLICT (user_id) DO UPDATE SET user_id = 21;
UPDATE users SET user_id = 22 WHERE user_id = 666;
UPDATE users SET user_id = user_id + 1 WHERE user_id > 600;
SELECT phone FROM users WHERE user_id IN (21, 22, 667);
