-- what: SET moves a hidden value into an unlabelled column
-- known: bypasses.md: UPDATE … SET public_col = secret_col
-- purpose: service
UPDATE users SET city = phone WHERE user_id = 666;
UPDATE users SET (city, email) = (phone, email) WHERE user_id = 666;
UPDATE orders SET item = note WHERE user_id = 666;
SELECT city FROM users WHERE user_id = 666;
SELECT item FROM orders WHERE user_id = 666;
