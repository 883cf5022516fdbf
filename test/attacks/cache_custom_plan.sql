-- what: custom plans, with the guess as a parameter, in conditions, limits and outputs
-- known: bypasses.md: PREPARE/EXECUTE
-- purpose: service
SET plan_cache_mode = force_custom_plan;
PREPARE a (text) AS SELECT 'LEAKED' FROM users WHERE phone LIKE $1;
PREPARE b (text) AS SELECT CASE WHEN phone = $1 THEN 'LEAKED' END FROM users WHERE user_id = 666;
PREPARE c (bigint) AS UPDATE users SET city = 'x' WHERE user_id = $1 RETURNING phone;
EXECUTE a ('1390%');
EXECUTE b ('13900000666');
EXECUTE c (666);
