-- what: BEFORE triggers of a labelled foreign table put a value into the row of a hidden person, or give the row away
-- known: own
-- purpose: service
\connect - dba
CREATE EXTENSION postgres_fdw;
SELECT format('CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)', split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()) \gexec
CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user 'dba', password_required 'false');
GRANT USAGE ON FOREIGN SERVER loop TO owner, app;
CREATE TABLE store (user_id bigint, phone text, city text);
INSERT INTO store VALUES (666, '13900000666', 'x'), (1, '138', 'x');
CREATE FOREIGN TABLE far (user_id bigint, phone text, city text) SERVER loop OPTIONS (table_name 'store');
GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON far TO app;
GRANT SELECT (user_id, city) ON store TO app;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON FOREIGN TABLE far IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN far.phone IS 'category=contact; purposes=service, ads';
\endif
\connect - app
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.phone := 'LEAKED'; RETURN NEW; END $$;
CREATE TRIGGER put BEFORE INSERT OR UPDATE ON far FOR EACH ROW EXECUTE FUNCTION put();
INSERT INTO far (user_id) VALUES (666);
UPDATE far SET city = 'y' WHERE user_id = 666;
COPY far (user_id) FROM STDIN;
666
\.
\connect - dba
DROP TRIGGER put ON far;
\connect - app
CREATE FUNCTION give() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.user_id := 1; RETURN NEW; END $$;
CREATE TRIGGER give BEFORE UPDATE ON far FOR EACH ROW EXECUTE FUNCTION give();
UPDATE far SET city = 'given' WHERE user_id = 666;
SELECT phone FROM far WHERE city = 'given';
\connect - dba
SELECT 'LEAKED' FROM store WHERE phone = 'LEAKED' AND user_id = 666 LIMIT 1;
