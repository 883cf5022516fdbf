-- what: a plan made as a superuser is run after SET ROLE, and the other way round
-- known: bypasses.md: CVE-2016-2193
-- as: dba
SET plan_cache_mode = force_generic_plan;
PREPARE p AS SELECT phone FROM users WHERE user_id = 666;
EXECUTE p;
SET ROLE app;
EXECUTE p;
RESET ROLE;
EXECUTE p;
SET SESSION AUTHORIZATION owner;
EXECUTE p;
