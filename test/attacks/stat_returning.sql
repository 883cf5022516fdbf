-- what: UPDATE and DELETE of pg_statistic with RETURNING, by a superuser
-- as: dba
UPDATE pg_catalog.pg_statistic SET stanullfrac = stanullfrac WHERE starelid = 'users'::regclass RETURNING stavalues1;
DELETE FROM pg_catalog.pg_statistic WHERE starelid = 'users'::regclass RETURNING stavalues1, stavalues2;
