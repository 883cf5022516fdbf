-- what: SET moves a hidden value into an unlabelled column through a sub-select
-- known: own
-- purpose: service
UPDATE users SET city = (SELECT phone) WHERE user_id = 666;
UPDATE users SET (city, email) = (SELECT 'to ' || phone, NULL) WHERE user_id = 666;
SELECT city FROM users WHERE user_id = 666;
