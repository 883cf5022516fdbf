-- what: read pg_statistic with ONLY, as rows and as one value
-- as: dba
SELECT stavalues1 FROM ONLY pg_catalog.pg_statistic;
SELECT s FROM pg_catalog.pg_statistic s;
SELECT to_jsonb(s) FROM pg_catalog.pg_statistic s;
