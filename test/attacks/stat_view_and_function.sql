-- what: pg_stats behind a view and a SECURITY DEFINER function of a superuser
-- as: app
\connect - dba
CREATE VIEW public.sampled AS SELECT tablename, attname, histogram_bounds, most_common_vals FROM pg_stats;
CREATE FUNCTION public.sampled() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER
    AS 'SELECT histogram_bounds::text FROM pg_catalog.pg_stats';
GRANT SELECT ON public.sampled TO app;
\connect - app
SELECT * FROM public.sampled;
SELECT * FROM public.sampled();
