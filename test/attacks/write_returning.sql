-- what: RETURNING of a hidden row that is found by an unlabelled column
-- known: bypasses.md: RETURNING
-- purpose: service
UPDATE users SET city = 'x' WHERE user_id = 666 RETURNING *;
UPDATE users SET city = 'x' WHERE user_id = 666 RETURNING upper(phone) AS p, user_id;
UPDATE users SET city = 'x' WHERE user_id = 666 RETURNING users;
UPDATE users u SET city = 'x' FROM orders o WHERE o.user_id = u.user_id AND u.user_id = 666 RETURNING u.phone;
DELETE FROM users WHERE user_id = 666 RETURNING phone;
