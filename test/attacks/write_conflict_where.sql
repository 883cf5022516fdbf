-- what: ON CONFLICT DO UPDATE WHERE asks about the hidden row, and SET and RETURNING read it
-- known: bypasses.md: ON CONFLICT
-- purpose: service
INSERT INTO users (user_id, city) VALUES (666, 'x') ON CONFLICT (user_id) DO UPDATE SET city = 'guessed' WHERE users.phone LIKE '1390%';
INSERT INTO users (user_id, city) VALUES (666, 'x') ON CONFLICT (user_id) DO UPDATE SET city = users.phone;
INSERT INTO users (user_id, city) VALUES (666, 'x') ON CONFLICT (user_id) DO UPDATE SET email = excluded.email RETURNING phone;
SELECT CASE city WHEN 'guessed' THEN 'LEAKED' ELSE city END FROM users WHERE user_id = 666;
