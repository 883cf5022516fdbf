-- what: a plan that was made, and kept, under a purpose runs under none, and under another
-- known: bypasses.md: Cached generic plan
-- purpose: service
-- expect: cannot be used without a purpose
SET plan_cache_mode = force_generic_plan;
PREPARE p (bigint) AS SELECT phone FROM users WHERE user_id = $1;
EXECUTE p (1);
SET wdd_privacy.purpose = '';
EXECUTE p (666);
RESET wdd_privacy.purpose;
EXECUTE p (666);
