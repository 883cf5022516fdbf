-- what: RETURNING in a data-modifying WITH, read by the query around it
-- known: own
-- purpose: service
WITH gone AS (UPDATE users SET city = 'x' WHERE user_id = 666 RETURNING *) SELECT phone FROM gone;
WITH gone AS (DELETE FROM users WHERE user_id = 666 RETURNING users) SELECT gone FROM gone;
