-- what: RETURNING of a hidden row's column through a sub-select that refers to the written row
-- known: own
-- purpose: service
UPDATE users SET city = 'x' WHERE user_id = 666 RETURNING (SELECT phone);
DELETE FROM users WHERE user_id = 666 RETURNING (SELECT s.p FROM (SELECT users.phone AS p) s);
