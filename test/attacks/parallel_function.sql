-- what: a function that says it is parallel safe reads the table within a worker
-- known: own
-- purpose: service
SET force_parallel_mode = on;
CREATE FUNCTION f(bigint) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN RETURN (SELECT phone FROM users WHERE user_id = $1); END $$;
SELECT f(user_id) FROM orders WHERE user_id = 666;
SET wdd_privacy.purpose = '';
SELECT f(user_id) FROM orders WHERE user_id = 666;
