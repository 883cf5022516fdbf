-- what: the setting that tells workers what the leader may see is set by the user
-- known: own
-- purpose: service
-- expect: parameter "wdd_privacy.parallel_state" cannot be set
SET wdd_privacy.parallel_state = 'v1 1 0 1 1 1 1 0';
SET force_parallel_mode = on;
SELECT set_config('wdd_privacy.parallel_state', 'v1 1 0 1 1 1 1 0', false);
SELECT phone FROM users WHERE user_id = 666;
