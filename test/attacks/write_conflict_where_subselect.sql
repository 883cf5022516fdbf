-- what: ON CONFLICT DO UPDATE asks about the hidden row in a sub-select of its WHERE
-- known: own
-- purpose: service
INSERT INTO users (user_id, city) VALUES (666, 'y')
    ON CONFLICT (user_id) DO UPDATE SET city = 'guessed' WHERE EXISTS (SELECT 1 WHERE users.phone LIKE '1390%');
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND city = 'guessed';
