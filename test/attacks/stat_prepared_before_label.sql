-- what: a plan over pg_stats that was kept from before the table was labelled
-- known: plan caches that know nothing of a policy
-- as: dba
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS NULL;
SET plan_cache_mode = force_generic_plan;
PREPARE sampled AS SELECT max(array_length(histogram_bounds, 1)) FROM pg_stats WHERE tablename = 'users' AND histogram_bounds::text LIKE '%13900000666%';
EXECUTE sampled;
PREPARE bounds AS SELECT histogram_bounds FROM pg_stats WHERE tablename = 'users' AND attname = 'phone';
\o /dev/null
EXECUTE bounds;
\o
\if :guarded
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service, ads';
\endif
EXECUTE bounds;
