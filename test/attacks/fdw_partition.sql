-- what: a foreign partition of a labelled table: read, partitionwise aggregates, storing through the root
-- purpose: service
\connect - dba
CREATE EXTENSION postgres_fdw;
SELECT format('CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)', split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()) \gexec
CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user 'dba', password_required 'false');
GRANT USAGE ON FOREIGN SERVER loop TO owner, app;
CREATE TABLE store (user_id bigint, day date, address text);
INSERT INTO store VALUES (666, '2026-05-05', 'from 13900000666');
CREATE FOREIGN TABLE visits_5 PARTITION OF visits FOR VALUES FROM ('2026-05-01') TO ('2026-06-01') SERVER loop OPTIONS (table_name 'store', use_remote_estimate 'true', async_capable 'true');
GRANT SELECT ON visits_5, store TO app;
\connect - app
SET enable_partitionwise_aggregate = on;
SET enable_partitionwise_join = on;
SELECT max(address) FROM visits WHERE day >= '2026-05-01';
SELECT day, max(address) FROM visits GROUP BY day;
SELECT address FROM visits_5;
SELECT address FROM visits WHERE user_id = 666;
INSERT INTO visits VALUES (666, '2026-05-06', 'stored 13900000666');
UPDATE visits SET address = 'stored 13900000666' WHERE user_id = 666;
SELECT address FROM store WHERE address LIKE 'stored%';
