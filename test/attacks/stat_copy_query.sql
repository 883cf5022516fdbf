-- what: COPY a query over pg_stats
-- as: dba
COPY (SELECT histogram_bounds FROM pg_stats WHERE tablename = 'users') TO STDOUT;
