-- what: read pg_statistic as the source of MERGE and of UPDATE ... FROM
-- as: dba
CREATE TEMP TABLE kept (v text);
MERGE INTO kept USING pg_catalog.pg_statistic s ON false WHEN NOT MATCHED THEN INSERT VALUES (s.stavalues1::text);
SELECT v FROM kept WHERE v LIKE '%666%';
