-- what: a foreign table over the labelled table of the same server
-- known: loopback connections
-- purpose: ads
\connect - dba
CREATE EXTENSION postgres_fdw;
SELECT format('CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)', split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()) \gexec
CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user 'dba', password_required 'false');
GRANT USAGE ON FOREIGN SERVER loop TO owner, app;
\connect - app
CREATE FOREIGN TABLE far (user_id bigint, phone text) SERVER loop OPTIONS (table_name 'users');
SELECT phone FROM far;
SELECT count(*) FROM far WHERE phone LIKE '139%' AND user_id = 666;
IMPORT FOREIGN SCHEMA public LIMIT TO (contacts) FROM SERVER loop INTO public;
EXPLAIN (VERBOSE) SELECT phone FROM far;
