-- what: store a value of a person who does not permit it into a labelled foreign table, by INSERT, UPDATE, COPY
-- known: own; check options of row security are not asked for foreign tables
-- purpose: service
\connect - dba
CREATE EXTENSION postgres_fdw;
SELECT format('CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)', split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()) \gexec
CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user 'dba', password_required 'false');
GRANT USAGE ON FOREIGN SERVER loop TO owner, app;
CREATE TABLE store (user_id bigint, phone text);
INSERT INTO store VALUES (1, '138');
CREATE FOREIGN TABLE far (user_id bigint, phone text) SERVER loop OPTIONS (table_name 'store');
GRANT SELECT, UPDATE, INSERT ON far TO app;
GRANT SELECT ON store TO app;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON FOREIGN TABLE far IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN far.phone IS 'category=contact; purposes=service, ads';
\endif
\connect - app
INSERT INTO far VALUES (666, '13900009999');
INSERT INTO far SELECT 666, '13900009999' FROM generate_series(1, 2);
INSERT INTO far VALUES (666, NULL);
UPDATE far SET phone = '13900009999' WHERE user_id = 666;
UPDATE far SET user_id = 666, phone = '13900009999' WHERE user_id = 1;
COPY far FROM STDIN;
666	13900009999
\.
SELECT 'LEAKED' FROM store WHERE user_id = 666 AND phone IS NOT NULL LIMIT 1;
