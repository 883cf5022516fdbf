-- what: row triggers of a labelled foreign table, before and after, are given OLD of a hidden row
-- known: own; postgres_fdw fetches whole rows for triggers
-- purpose: service
-- expect: row trigger "tell_before" may not see the rows of table "public.far"
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
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN coalesce(NEW, OLD); END $$;
CREATE TRIGGER tell_before BEFORE UPDATE OR DELETE ON far FOR EACH ROW EXECUTE FUNCTION tell();
UPDATE far SET city = 'y' WHERE user_id = 666;
BEGIN;
DELETE FROM far WHERE user_id = 666;
ROLLBACK;
\connect - dba
DROP TRIGGER tell_before ON far;
\connect - app
CREATE TRIGGER tell_after AFTER UPDATE OR DELETE ON far FOR EACH ROW EXECUTE FUNCTION tell();
UPDATE far SET city = 'z' WHERE user_id = 666;
UPDATE far SET city = 'z' WHERE user_id = 666 RETURNING user_id;
DELETE FROM far WHERE user_id = 666 RETURNING user_id;
