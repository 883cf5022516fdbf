-- what: statistics of an expression index, which stand under the index
-- as: owner
CREATE INDEX lower_phone ON users (lower(phone));
ANALYZE users;
\connect - dba
SELECT stavalues1 FROM pg_catalog.pg_statistic WHERE starelid = 'lower_phone'::regclass;
SELECT histogram_bounds FROM pg_stats WHERE tablename = 'lower_phone';
