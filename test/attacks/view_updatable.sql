-- what: an updatable view returns, and is conditioned on, columns that it does not show
-- known: own
-- purpose: service
CREATE VIEW narrow AS SELECT user_id, city, phone AS p FROM users;
CREATE VIEW filtered AS SELECT user_id, city FROM users WHERE phone LIKE '1390%';
UPDATE narrow SET city = 'x' WHERE user_id = 666 RETURNING p;
UPDATE filtered SET city = 'guessed';
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND city = 'guessed';
DELETE FROM narrow WHERE user_id = 666 RETURNING p;
