-- what: samples of a labelled foreign table
-- as: owner
\connect - dba
CREATE EXTENSION postgres_fdw;
SELECT format('CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)', split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()) \gexec
CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user 'dba', password_required 'false');
GRANT USAGE ON FOREIGN SERVER loop TO owner, app;
CREATE TABLE store (user_id bigint, phone text);
INSERT INTO store VALUES (666, '13900000666'), (1, '1'), (2, '2');
CREATE FOREIGN TABLE far (user_id bigint, phone text) SERVER loop OPTIONS (table_name 'store');
ANALYZE far;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON FOREIGN TABLE far IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN far.phone IS 'category=contact; purposes=service, ads';
\endif
SELECT histogram_bounds FROM pg_stats WHERE tablename = 'far' AND attname = 'phone';
