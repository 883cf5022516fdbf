-- what: a labelled foreign table, read with conditions, joins and aggregates that could be pushed down
-- purpose: service
\connect - dba
CREATE EXTENSION postgres_fdw;
SELECT format('CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)', split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()) \gexec
CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user 'dba', password_required 'false');
GRANT USAGE ON FOREIGN SERVER loop TO owner, app;
CREATE TABLE store (user_id bigint, phone text);
INSERT INTO store SELECT i, '138' || i FROM generate_series(1, 5) i;
INSERT INTO store VALUES (666, '13900000666');
CREATE FOREIGN TABLE far (user_id bigint, phone text) SERVER loop OPTIONS (table_name 'store');
GRANT SELECT, UPDATE, DELETE, INSERT ON far TO app;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON FOREIGN TABLE far IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN far.phone IS 'category=contact; purposes=service, ads';
\endif
\connect - app
SELECT * FROM far ORDER BY phone DESC LIMIT 1;
SELECT max(phone), min(phone) FROM far WHERE user_id > 100;
SELECT a.phone FROM far a JOIN far b USING (phone) WHERE a.user_id = 666;
SELECT phone FROM far WHERE phone = '13900000666' FOR UPDATE;
UPDATE far SET phone = phone WHERE user_id = 666 RETURNING phone;
UPDATE far SET user_id = user_id WHERE user_id = 666 RETURNING far;
DELETE FROM far WHERE user_id = 666 RETURNING phone;
