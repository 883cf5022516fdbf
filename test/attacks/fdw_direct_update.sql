-- what: UPDATE and DELETE that postgres_fdw would send as a whole, with a condition on a hidden value
-- known: direct modification evaluates nothing here
-- purpose: service
\connect - dba
CREATE EXTENSION postgres_fdw;
SELECT format('CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)', split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()) \gexec
CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user 'dba', password_required 'false');
GRANT USAGE ON FOREIGN SERVER loop TO owner, app;
CREATE TABLE store (user_id bigint, phone text, city text);
INSERT INTO store VALUES (666, '13900000666', 'x'), (1, '138', 'x');
CREATE FOREIGN TABLE far (user_id bigint, phone text, city text) SERVER loop OPTIONS (table_name 'store');
GRANT SELECT, UPDATE, DELETE ON far TO app;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON FOREIGN TABLE far IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN far.phone IS 'category=contact; purposes=service, ads';
\endif
\connect - app
UPDATE far SET city = 'LEAKED' WHERE phone = '13900000666';
SELECT city FROM far;
DELETE FROM far WHERE phone LIKE '139%';
SELECT CASE WHEN count(*) = 1 THEN 'LEAKED' END FROM far;
