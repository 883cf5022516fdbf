-- what: most common values of extended statistics, by view, function and catalog
-- known: pg_stats_ext shows lists of several columns
-- as: dba
CREATE STATISTICS both_columns (mcv) ON phone, city FROM users;
CREATE STATISTICS of_expression ON (lower(phone)), (phone || email) FROM users;
-- a few rows more for lists of values
INSERT INTO users (user_id, city) SELECT i, 'Nowhere' FROM generate_series(1000, 1050) i;
ANALYZE users;
SELECT most_common_vals FROM pg_stats_ext WHERE tablename = 'users';
SELECT histogram_bounds, most_common_vals FROM pg_stats_ext_exprs WHERE tablename = 'users';
SELECT m.* FROM pg_catalog.pg_statistic_ext_data d, pg_mcv_list_items(d.stxdmcv) m;
SELECT d::text FROM pg_catalog.pg_statistic_ext_data d;
COPY pg_catalog.pg_statistic_ext_data TO STDOUT;
