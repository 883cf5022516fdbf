-- wdd.doctor(): every finding is provoked once, shown, and gone when mended.
-- How the library is loaded, and what a clean server says, is in test/t/doctor.pl.
CREATE DATABASE regress_doctor;
\c regress_doctor
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_category('contact'), wdd.add_purpose('ads', 'consent'), wdd.add_purpose('service', 'contract');
CREATE ROLE regress_one;
CREATE ROLE regress_two;
CREATE TABLE users (user_id bigint PRIMARY KEY, phone text, city text);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, service';
SELECT wdd.harden('users');
CREATE TEMP TABLE before AS SELECT * FROM wdd.doctor();
-- what was not there before, and whether it is gone
CREATE VIEW found AS SELECT * FROM (SELECT severity, regexp_replace(object, '\d{5,}', 'N', 'g') AS object, replace(finding, session_user, 'SUPERUSER') AS finding, regexp_replace(action, '\d{5,}', 'N', 'g') AS action FROM wdd.doctor()
    EXCEPT SELECT * FROM before) f ORDER BY array_position(ARRAY['critical', 'warning', 'notice'], severity), object COLLATE "C", finding COLLATE "C";
ALTER VIEW found SET (security_invoker = true);
TABLE found;
\x on
\pset format unaligned

-- who may ask
SELECT wdd.grant_duty('officer', 'regress_one');
SET ROLE regress_one;
SELECT count(*) >= 0 AS may FROM wdd.doctor();
SET ROLE regress_two;
SELECT * FROM wdd.doctor();
RESET ROLE;

-- labels that are closed
SECURITY LABEL FOR wdd_privacy ON COLUMN users.city IS 'category=contact; purposes=nothing';
TABLE found;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.city IS 'category=nothing; purposes=ads';
TABLE found;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.city IS NULL;
CREATE TABLE others (user_id bigint, phone text, tag text);
SECURITY LABEL FOR wdd_privacy ON TABLE others IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN others.tag IS 'purposes=ads';
CREATE TABLE both_parents () INHERITS (users, others);
TABLE found;
DROP TABLE both_parents;
-- subject column gone
ALTER TABLE others DROP COLUMN user_id;
TABLE found;
DROP TABLE others;
-- a label that the grammar does not know
SET allow_system_table_mods = on;
INSERT INTO pg_seclabel VALUES ('users'::regclass, 'pg_class'::regclass, 3, 'wdd_privacy', 'nonsense');
UPDATE pg_class SET relname = relname WHERE oid = 'users'::regclass;    -- sessions look again
RESET allow_system_table_mods;
TABLE found;
SET allow_system_table_mods = on;
DELETE FROM pg_seclabel WHERE label = 'nonsense';
UPDATE pg_class SET relname = relname WHERE oid = 'users'::regclass;
RESET allow_system_table_mods;
TABLE found;

-- foreign keys from before the label
CREATE TABLE keyed (user_id bigint, code text UNIQUE, city text UNIQUE);
CREATE TABLE keyed_list (code text REFERENCES keyed (code) ON UPDATE CASCADE, city text REFERENCES keyed (city));
SECURITY LABEL FOR wdd_privacy ON TABLE keyed IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN keyed.code IS 'category=contact; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN keyed.city IS 'category=contact; purposes=ads';
TABLE found;
DROP TABLE keyed, keyed_list;

-- children, copies
CREATE TABLE child (tag text) INHERITS (users);
CREATE TABLE tags (user_id bigint, tag text);
SECURITY LABEL FOR wdd_privacy ON TABLE tags IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN tags.tag IS 'purposes=ads';
TABLE found;
SELECT wdd.harden('users'), wdd.harden('tags');
SECURITY LABEL FOR wdd_privacy ON COLUMN child.tag IS 'purposes=ads';
TABLE found;
DROP TABLE child, tags;
CREATE TABLE copy (LIKE users);
CREATE TABLE renamed (LIKE users);
ALTER TABLE renamed RENAME phone TO x;      -- no longer alike
TABLE found;
SECURITY LABEL FOR wdd_privacy ON TABLE copy IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN copy.phone IS 'category=contact; purposes=ads';
SELECT wdd.harden('copy');
TABLE found;
DROP TABLE copy, renamed;
-- a materialized view made before its table was labelled
CREATE TABLE late (id bigint, mail text);
CREATE MATERIALIZED VIEW late_view AS SELECT mail AS other_name FROM late;
SECURITY LABEL FOR wdd_privacy ON TABLE late IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN late.mail IS 'category=contact; purposes=ads';
SELECT wdd.harden('late');
TABLE found;
DROP MATERIALIZED VIEW late_view;
DROP TABLE late;

-- replication
SET client_min_messages = error;
SELECT wdd.grant_purpose('replication', session_user::regrole);
SET wdd_privacy.purpose = 'replication';
CREATE PUBLICATION one FOR TABLE users;
CREATE PUBLICATION few FOR TABLE users (user_id, city);
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION whole_schema FOR TABLES IN SCHEMA public;
TABLE found;
DROP PUBLICATION one, few, everything, whole_schema;
SELECT 'slot' FROM pg_create_logical_replication_slot('doctor', 'test_decoding');
CREATE TABLE received (a integer PRIMARY KEY);
CREATE SUBSCRIPTION sub CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
INSERT INTO pg_subscription_rel SELECT s.oid, 'received'::regclass, 'i', NULL FROM pg_subscription s WHERE subname = 'sub';
TABLE found;
DROP SUBSCRIPTION sub;
DROP TABLE received;
SELECT pg_drop_replication_slot('doctor');
TABLE found;
RESET wdd_privacy.purpose;
SELECT wdd.revoke_purpose('replication', session_user::regrole);
RESET client_min_messages;

-- triggers
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER sees BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION see();
CREATE TRIGGER does_not BEFORE UPDATE ON users EXECUTE FUNCTION see();
CREATE FUNCTION ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER ddl ON ddl_command_end EXECUTE FUNCTION ddl();
TABLE found;
DROP EVENT TRIGGER ddl;
SELECT wdd.approve_trigger('users', 'sees', 'it sees nothing');
TABLE found;
ALTER TABLE users DISABLE TRIGGER sees;
TABLE found;
DROP TRIGGER sees ON users;
DROP TRIGGER does_not ON users;
DROP FUNCTION see(), ddl();

-- second walls
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
TABLE found;
SELECT wdd.harden('users');
DROP POLICY wdd_second_wall ON users;
TABLE found;
SELECT wdd.unharden('users');
SELECT wdd.harden('users');
CREATE VIEW around AS SELECT * FROM users;
ALTER ROLE regress_two BYPASSRLS;
TABLE found;
ALTER VIEW around SET (security_invoker = true);
ALTER ROLE regress_two NOBYPASSRLS;
TABLE found;
DROP VIEW around;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS NULL;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS NULL;
TABLE found;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, service';
TABLE found;
SELECT wdd.unharden('users');
TABLE found;
SELECT wdd.harden('users');

-- grants
CREATE ROLE regress_gone;
SELECT wdd.grant_purpose('ads', 'regress_gone'), wdd.grant_duty('break_glass', 'regress_gone'), wdd.grant_purpose('ads', 'regress_one', valid_until => '2020-01-01');
DROP ROLE regress_gone;
TABLE found;
DELETE FROM wdd.purpose_grant;
DELETE FROM wdd.duty_grant WHERE role::text ~ '^\d';
TABLE found;
-- references that lead nowhere; a number that a grant has is not given to another purpose
SET client_min_messages = warning;
SELECT wdd.add_service('shop'), wdd.add_service('till', parent => 'shop'), wdd.add_purpose('last', 'contract', service => 'shop');
RESET client_min_messages;
SELECT wdd.grant_purpose('last', 'regress_one');
DELETE FROM wdd.service WHERE name = 'shop';
INSERT INTO wdd.purpose_grant (purpose_id, role) SELECT purpose_id + 1, 'regress_two' FROM wdd.purpose WHERE name = 'last';
TABLE found;
SELECT wdd.add_purpose('next', 'contract');
SET ROLE regress_two;
SELECT wdd.purpose_granted('next');
RESET ROLE;
SELECT wdd.drop_purpose('next'), wdd.revoke_purpose('last', 'regress_one'), wdd.drop_purpose('last'), wdd.drop_service('till');
DELETE FROM wdd.purpose_grant;
TABLE found;

-- the extension's own objects
ALTER TABLE wdd.purpose_grant DISABLE TRIGGER catalog_copied;
INSERT INTO wdd.purpose_grant (purpose_id, role) SELECT purpose_id, 'regress_one' FROM wdd.purpose WHERE name = 'ads';
GRANT SELECT ON wdd.person TO regress_one;
GRANT INSERT ON wdd.purpose_grant TO PUBLIC;
GRANT EXECUTE ON FUNCTION wdd.grants_due(interval) TO regress_two, PUBLIC;
TABLE found;
ALTER TABLE wdd.purpose_grant ENABLE ALWAYS TRIGGER catalog_copied;
SELECT wdd.refresh_catalog_copy();
DELETE FROM wdd.purpose_grant;
REVOKE ALL ON wdd.person FROM regress_one;
REVOKE ALL ON wdd.purpose_grant FROM PUBLIC;
REVOKE ALL ON FUNCTION wdd.grants_due(interval) FROM regress_two, PUBLIC;
TABLE found;

-- roles
CREATE ROLE regress_super SUPERUSER LOGIN;
ALTER ROLE regress_one REPLICATION CREATEROLE;
GRANT pg_write_all_data, pg_read_all_data, pg_read_server_files, pg_write_server_files, pg_execute_server_program, pg_read_all_stats, pg_monitor TO regress_two;
TABLE found;
DROP ROLE regress_super;
ALTER ROLE regress_one NOREPLICATION NOCREATEROLE;
REVOKE pg_write_all_data, pg_read_all_data, pg_read_server_files, pg_write_server_files, pg_execute_server_program, pg_read_all_stats, pg_monitor FROM regress_two;
TABLE found;

-- code
CREATE EXTENSION pageinspect;
CREATE EXTENSION pgstattuple;
CREATE EXTENSION pgrowlocks;
CREATE EXTENSION amcheck;
CREATE EXTENSION pg_visibility;
CREATE EXTENSION pg_freespacemap;
CREATE EXTENSION pg_buffercache;
CREATE EXTENSION file_fdw;
CREATE EXTENSION postgres_fdw;
CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'localhost');
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'elsewhere.example');
CREATE LANGUAGE untrusted HANDLER plpgsql_call_handler;
CREATE FUNCTION by_hand() RETURNS text LANGUAGE internal AS 'pgsql_version';
CREATE FUNCTION tight(text) RETURNS boolean LANGUAGE sql IMMUTABLE LEAKPROOF AS 'SELECT true';
SELECT wdd.grant_purpose('ads', session_user::regrole);
CREATE FUNCTION acts() RETURNS text LANGUAGE sql SECURITY DEFINER SET wdd_privacy.purpose = 'ads' AS 'SELECT 1::text';
CREATE FUNCTION acts_for_few() RETURNS text LANGUAGE sql SECURITY DEFINER SET wdd_privacy.purpose = 'ads' AS 'SELECT 1::text';
REVOKE EXECUTE ON FUNCTION acts_for_few() FROM PUBLIC;
CREATE FUNCTION public.upper(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE SCHEMA everybodys;
GRANT CREATE ON SCHEMA everybodys TO PUBLIC;
SELECT 'object' FROM lo_create(4711);
TABLE found;
DROP EXTENSION pageinspect, pgstattuple, pgrowlocks, amcheck, pg_visibility, pg_freespacemap, pg_buffercache, file_fdw, postgres_fdw CASCADE;
DROP LANGUAGE untrusted;
DROP FUNCTION by_hand(), tight(text), acts(), acts_for_few(), public.upper(text);
DROP SCHEMA everybodys;
SELECT lo_unlink(4711);
TABLE found;

-- settings of roles and databases (those of the server: test/t/doctor.pl)
ALTER ROLE regress_one SET log_statement = 'mod';
ALTER ROLE regress_one SET log_min_duration_statement = '250ms';
ALTER ROLE regress_one SET debug_print_plan = on;
ALTER ROLE regress_one SET log_parameter_max_length_on_error = 100;
ALTER ROLE regress_one SET session_replication_role = replica;
ALTER ROLE regress_one IN DATABASE regress_doctor SET row_security = off;
ALTER DATABASE regress_doctor SET log_transaction_sample_rate = 0.5;
TABLE found;
ALTER ROLE regress_one SET wdd_privacy.redact = off;
TABLE found;
ALTER ROLE regress_one RESET ALL;
ALTER ROLE regress_one IN DATABASE regress_doctor RESET ALL;
ALTER DATABASE regress_doctor RESET log_transaction_sample_rate;
TABLE found;
-- a release that is too old
BEGIN;
CREATE OR REPLACE FUNCTION wdd.least_server_version(major integer) RETURNS TABLE (minor integer, fixes text)
    LANGUAGE sql AS $$ SELECT 9999, 'CVE-2099-1 (a hole)' $$;
SELECT severity, object, regexp_replace(finding, '\d+\.\d+', 'X.Y') AS finding, regexp_replace(action, '\d+\.', 'X.') AS action
    FROM wdd.doctor() WHERE finding ~ 'lacks fixes';
ROLLBACK;
-- values that are harmless
SELECT name, value FROM (VALUES ('log_statement', 'none'), ('log_statement', 'ddl'), ('log_min_duration_statement', '-1'), ('log_transaction_sample_rate', '0'),
    ('log_transaction_sample_rate', '0.0'), ('debug_print_plan', 'off'), ('log_parameter_max_length_on_error', '0'), ('session_replication_role', 'origin'),
    ('row_security', 'on'), ('wdd_privacy.redact', 'on'), ('work_mem', '4MB')) AS v (name, value) WHERE wdd.setting_risk(name, value) IS NOT NULL;
SELECT major, max(minor) FROM generate_series(14, 19) major, wdd.least_server_version(major) GROUP BY 1 ORDER BY 1;

DROP VIEW found;
DROP TABLE users;
SELECT wdd.revoke_duty('officer', 'regress_one'), wdd.revoke_purpose('ads', session_user::regrole);
DROP EXTENSION wdd_privacy;
\c template1
DROP DATABASE regress_doctor;
DROP ROLE regress_one, regress_two;
