-- what: COPY pg_statistic, which meets neither planner nor executor
-- known: pg_statistic holds sampled values
-- as: dba
COPY pg_catalog.pg_statistic TO STDOUT;
