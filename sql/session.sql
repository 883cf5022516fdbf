-- The session's purpose: who may state which, when it is judged, how it comes
-- and goes with transactions, and what the catalog's changes do to it.
\set VERBOSITY default
\set me :USER
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
CREATE ROLE regress_wdd_shop LOGIN;
CREATE ROLE regress_wdd_staff;
CREATE ROLE regress_wdd_clerk LOGIN NOINHERIT IN ROLE regress_wdd_staff;
CREATE ROLE regress_wdd_root LOGIN SUPERUSER;
DO $$
BEGIN
    PERFORM wdd.add_purpose('service', 'contract');
    PERFORM wdd.add_purpose('security', 'contract');
    PERFORM wdd.add_purpose('court', 'authority');
    PERFORM wdd.grant_purpose('service', 'regress_wdd_shop');
    PERFORM wdd.grant_purpose('court', 'regress_wdd_shop');
    PERFORM wdd.grant_purpose('security', 'regress_wdd_staff');
END $$;
-- what the tests below show again and again
CREATE FUNCTION stated() RETURNS text LANGUAGE sql AS
    $$ SELECT format('purpose %s, case %s, by %s', coalesce(wdd.current_purpose(), 'none'),
                     coalesce(nullif(current_setting('wdd_privacy.case_reference'), ''), 'none'),
                     coalesce(wdd.purpose_stated_by()::text, 'nobody')) $$;
-- the SQLSTATE of a statement
CREATE FUNCTION sqlstate_of(statement text) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN EXECUTE statement; RETURN '00000'; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END $$;

-- Settings and their defaults.
SELECT name, setting, context, vartype FROM pg_settings WHERE name LIKE 'wdd\_privacy.%' AND name NOT LIKE '%.parallel_state' AND name NOT LIKE '%.key_command' ORDER BY name;
SELECT count(*) FROM pg_settings WHERE name LIKE 'wdd\_privacy.%' AND coalesce(extra_desc, '') = '';
SET wdd_privacy.purposes = 'service';

\c - regress_wdd_shop
SELECT stated();
-- Allowed.
SET wdd_privacy.purpose = 'service';
SELECT stated();
SET wdd_privacy.purpose = '';
SELECT stated();
SELECT wdd.set_purpose('service');
SELECT wdd.set_purpose('court', 'file 2024-17');
SELECT stated();
-- set_purpose() without a case takes the case back, with the purpose it served.
SELECT wdd.set_purpose('service');
SELECT stated();
SELECT wdd.set_purpose('');
SELECT stated();

-- Refused at once.
SET wdd_privacy.purpose = 'security';
SET wdd_privacy.purpose = 'servise';
SET wdd_privacy.purpose = 'Service';
SET wdd_privacy.purpose = 'court';
SELECT wdd.set_purpose('court');
SELECT wdd.set_purpose('security', 'file 2024-17');
SELECT wdd.set_purpose(NULL);
SELECT wdd.set_purpose('backup');
SELECT sqlstate_of($$SET wdd_privacy.purpose = 'security'$$), sqlstate_of($$SET wdd_privacy.purpose = 'servise'$$),
       sqlstate_of($$SET wdd_privacy.purpose = 'court'$$), sqlstate_of($$SELECT wdd.set_purpose(NULL)$$);
SELECT stated();
-- A purpose refused keeps the one before, and its case.
SELECT wdd.set_purpose('court', 'file 2024-17');
SELECT wdd.set_purpose('security', 'file 2024-18');
SELECT stated();
RESET wdd_privacy.purpose;
RESET wdd_privacy.case_reference;

-- Noise.
SELECT set_config('wdd_privacy.purpose', repeat('x', 10000), false);
SELECT set_config('wdd_privacy.purpose', repeat('x', 63), false);
SELECT set_config('wdd_privacy.case_reference', repeat('x', 1000), false) = repeat('x', 1000);
SELECT set_config('wdd_privacy.case_reference', repeat('x', 1001), false);
SELECT set_config('wdd_privacy.subject', repeat('x', 1001), false);
SELECT set_config('wdd_privacy.subject', E'a\nb', false);
SELECT set_config('wdd_privacy.purpose', E'service\x7F', false);
SELECT sqlstate_of($$SELECT set_config('wdd_privacy.purpose', repeat('x', 10000), false)$$),
       sqlstate_of($$SELECT set_config('wdd_privacy.subject', E'a\nb', false)$$);
SET wdd_privacy.require_tls = on;
RESET ALL;
SELECT stated();

-- Transactions, savepoints, LOCAL.
BEGIN;
SET LOCAL wdd_privacy.purpose = 'service';
SELECT stated();
COMMIT;
SELECT stated();
BEGIN;
SET wdd_privacy.purpose = 'service';
SELECT stated();
ROLLBACK;
SELECT stated();
BEGIN;
SELECT wdd.set_purpose('service', is_local => true);
SAVEPOINT one;
SELECT wdd.set_purpose('court', 'file 2024-17', true);
SELECT stated();
ROLLBACK TO one;
SELECT stated();
SET wdd_privacy.purpose = 'security';
SELECT 1;
SET wdd_privacy.purpose = 'service';
ROLLBACK TO one;
SELECT stated();
RESET ALL;
SELECT stated();
ROLLBACK TO one;
SELECT stated();
COMMIT;
SELECT stated();
SET wdd_privacy.purpose = 'service';
DISCARD ALL;
SELECT stated();

-- The role that stated it: SET ROLE and SET SESSION AUTHORIZATION change it not.
\c - regress_wdd_root
GRANT CREATE ON SCHEMA public TO regress_wdd_shop;
SET wdd_privacy.purpose = 'service';
SET ROLE regress_wdd_shop;
SELECT stated();
SET wdd_privacy.purpose = 'service';
SELECT stated();
RESET ROLE;
SELECT stated();
SET SESSION AUTHORIZATION regress_wdd_clerk;
SELECT stated();
SET wdd_privacy.purpose = 'service';
SET wdd_privacy.purpose = 'security';
SELECT stated();
BEGIN;
SET SESSION AUTHORIZATION regress_wdd_shop;
SET wdd_privacy.purpose = 'service';
SELECT stated();
ROLLBACK;
SELECT stated();
RESET SESSION AUTHORIZATION;
RESET ALL;

-- Functions with a SET clause state the purpose as their owner or their caller.
\c - regress_wdd_shop
CREATE FUNCTION public.as_owner() RETURNS text LANGUAGE sql SECURITY DEFINER SET wdd_privacy.purpose = 'service' AS 'SELECT stated()';
CREATE FUNCTION public.as_caller() RETURNS text LANGUAGE sql SET wdd_privacy.purpose = 'service' AS 'SELECT stated()';
-- A value for another time is not judged, but one that does not exist is told
-- of.  (Checking the body runs under the value, and judges it.)
CREATE FUNCTION public.ungranted() RETURNS text LANGUAGE sql SET wdd_privacy.purpose = 'security' AS 'SELECT stated()';
SET check_function_bodies = off;
CREATE FUNCTION public.later() RETURNS text LANGUAGE sql SET wdd_privacy.purpose = 'servise' AS 'SELECT stated()';
CREATE FUNCTION public.ungranted() RETURNS text LANGUAGE sql SET wdd_privacy.purpose = 'security' AS 'SELECT stated()';
RESET check_function_bodies;
CREATE FUNCTION public.with_case() RETURNS text LANGUAGE sql SET wdd_privacy.case_reference = 'file 1'
    SET wdd_privacy.purpose = 'court' AS 'SELECT stated()';
SELECT as_owner(), as_caller();
SELECT with_case();
SELECT later();
SELECT ungranted();
SELECT stated();
\c - regress_wdd_clerk
SET wdd_privacy.purpose = 'security';
SELECT as_owner();
SELECT as_caller();
SELECT stated();

-- Values given at the start of the session are the session user's, and are
-- judged when they are used.
\c - regress_wdd_root
ALTER ROLE regress_wdd_shop SET wdd_privacy.purpose = 'service';
ALTER ROLE regress_wdd_clerk SET wdd_privacy.purpose = 'service';
ALTER ROLE regress_wdd_clerk SET wdd_privacy.purpose = 'servise';
ALTER ROLE regress_wdd_clerk SET wdd_privacy.case_reference = 'file 9';
ALTER ROLE regress_wdd_clerk SET wdd_privacy.glass_broken = on;
\c - regress_wdd_shop
SELECT stated(), wdd.purpose_granted(wdd.current_purpose(), wdd.purpose_stated_by());
SELECT wdd.set_purpose('court', 'file 2024-17');
RESET ALL;
SELECT stated();
SELECT wdd.set_purpose('court', 'file 2024-17');
DISCARD ALL;
SELECT stated();
\c - regress_wdd_clerk
SELECT stated();
\c - regress_wdd_root
ALTER ROLE regress_wdd_shop RESET ALL;
ALTER ROLE regress_wdd_clerk RESET ALL;

-- Grants: direct, by membership (inherited or not), none; superusers are looked
-- at as if they were none.
SELECT r, wdd.purpose_granted('service', r), wdd.purpose_granted('security', r)
  FROM unnest(ARRAY['regress_wdd_shop', 'regress_wdd_staff', 'regress_wdd_clerk', 'regress_wdd_root']::regrole[]) AS r;
SET wdd_privacy.purpose = 'service';
SELECT wdd.purpose_granted('servise');
SELECT wdd.purpose_granted(NULL);
SELECT wdd.purpose_granted('service', 4294967295::oid::regrole);
SELECT wdd.purpose_granted('service');

-- They are looked at again when they change: by this session,
BEGIN;
SELECT wdd.grant_purpose('service', 'regress_wdd_root');
SELECT wdd.purpose_granted('service');
SAVEPOINT one;
SELECT wdd.revoke_purpose('service', 'regress_wdd_root');
SELECT wdd.purpose_granted('service');
ROLLBACK TO one;
SELECT wdd.purpose_granted('service');
SELECT wdd.revoke_purpose('service', 'regress_wdd_root');
RELEASE one;
SELECT wdd.purpose_granted('service');
ROLLBACK;
SELECT wdd.purpose_granted('service');
BEGIN;
SELECT wdd.grant_purpose('service', 'regress_wdd_root');
SELECT wdd.purpose_granted('service');
ROLLBACK;
SELECT wdd.purpose_granted('service');
BEGIN;
GRANT regress_wdd_shop TO regress_wdd_staff;
SELECT wdd.purpose_granted('service', 'regress_wdd_clerk');
ROLLBACK;
SELECT wdd.purpose_granted('service', 'regress_wdd_clerk');
-- even where triggers are asked not to fire
BEGIN;
SET LOCAL session_replication_role = replica;
DELETE FROM wdd.purpose_grant WHERE role = 'regress_wdd_shop'::regrole;
SELECT wdd.purpose_granted('service', 'regress_wdd_shop');
INSERT INTO wdd.purpose_grant (purpose_id, role) SELECT purpose_id, 'regress_wdd_shop' FROM wdd.purpose WHERE name = 'service';
SELECT wdd.purpose_granted('service', 'regress_wdd_shop');
UPDATE wdd.purpose_grant SET role = 'regress_wdd_root' WHERE role = 'regress_wdd_shop'::regrole;
SELECT wdd.purpose_granted('service', 'regress_wdd_shop'), wdd.purpose_granted('service', 'regress_wdd_root');
TRUNCATE wdd.purpose_grant;
SELECT wdd.purpose_granted('service', 'regress_wdd_root');
ROLLBACK;
SELECT wdd.purpose_granted('service', 'regress_wdd_shop'), wdd.purpose_granted('service', 'regress_wdd_root');
-- and by time.
SELECT wdd.grant_purpose('service', 'regress_wdd_root', clock_timestamp() + interval '2 seconds');
SELECT wdd.purpose_granted('service');
SELECT pg_sleep_until(valid_until) FROM wdd.purpose_grant WHERE role = 'regress_wdd_root'::regrole;
SELECT wdd.purpose_granted('service');
BEGIN;
UPDATE wdd.purpose_grant SET valid_until = '-infinity' WHERE role = 'regress_wdd_root'::regrole;
SELECT wdd.purpose_granted('service');
UPDATE wdd.purpose_grant SET valid_until = 'infinity' WHERE role = 'regress_wdd_root'::regrole;
SELECT wdd.purpose_granted('service');
ROLLBACK;
SELECT wdd.revoke_purpose('service', 'regress_wdd_root');

-- Purposes and categories come and go as well.
SELECT wdd.grant_purpose('service', 'regress_wdd_root');
BEGIN;
SET wdd_privacy.purpose = 'service';
UPDATE wdd.purpose SET name = 'services' WHERE name = 'service';
SET LOCAL wdd_privacy.purpose = 'services';
SAVEPOINT one;
SET wdd_privacy.purpose = 'service';
ROLLBACK TO one;
UPDATE wdd.purpose SET case_reference_required = true WHERE name = 'services';
SET wdd_privacy.purpose = 'services';
ROLLBACK;
SET wdd_privacy.purpose = 'service';
SELECT stated();
RESET ALL;
-- The copy that is read is what the tables say.
CREATE VIEW copy_differs AS
    WITH said AS (
        SELECT (wdd.catalog_entry(p)).* FROM wdd.purpose AS p
        UNION ALL SELECT (wdd.catalog_entry(g)).* FROM wdd.purpose_grant AS g
        UNION ALL SELECT (wdd.catalog_entry(c)).* FROM wdd.category AS c
        UNION ALL SELECT (wdd.catalog_entry(k)).* FROM wdd.subject_kind AS k
        UNION ALL SELECT (wdd.catalog_entry(d)).* FROM wdd.duty_grant AS d)
    (SELECT * FROM said EXCEPT ALL SELECT * FROM wdd.catalog_copy)
    UNION ALL (SELECT * FROM wdd.catalog_copy EXCEPT ALL SELECT * FROM said);
SELECT wdd.add_category('contact', sensitive => true), wdd.add_subject_kind('car'), wdd.grant_duty('officer', 'regress_wdd_staff');
UPDATE wdd.purpose_grant SET valid_until = now();
UPDATE wdd.category SET sensitive = false;
DELETE FROM wdd.subject_kind WHERE name = 'car';
SELECT count(*) FROM wdd.catalog_copy;
SELECT * FROM copy_differs;
UPDATE wdd.purpose_grant SET valid_until = NULL;
-- where triggers were switched off it is made anew
BEGIN;
ALTER TABLE wdd.purpose_grant DISABLE TRIGGER ALL;
DELETE FROM wdd.purpose_grant WHERE role = 'regress_wdd_root'::regrole;
SELECT entry, role FROM copy_differs;
SELECT wdd.purpose_granted('service');
SELECT wdd.refresh_catalog_copy();
SELECT * FROM copy_differs;
SELECT wdd.purpose_granted('service');
ROLLBACK;
SELECT wdd.purpose_granted('service');
SELECT * FROM copy_differs;

-- In parallel workers all is as in the leader.
CREATE TABLE rows AS SELECT 'service'::text AS purpose, 'regress_wdd_root'::regrole AS role, false AS no FROM generate_series(1, 1000);
ALTER TABLE rows SET (parallel_workers = 2);
SET wdd_privacy.purpose = 'service';
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM rows WHERE wdd.purpose_granted(purpose) AND wdd.purpose_stated_by() = role
    AND wdd.current_purpose() = purpose AND wdd.glass_broken() = no;
SELECT count(*) FROM rows WHERE wdd.purpose_granted(purpose) AND wdd.purpose_stated_by() = role
    AND wdd.current_purpose() = purpose AND wdd.glass_broken() = no;
BEGIN;
SELECT wdd.revoke_purpose('service', 'regress_wdd_root');
SELECT count(*) FROM rows WHERE NOT wdd.purpose_granted(purpose);
SET LOCAL client_min_messages = error;
SELECT wdd.break_glass('test of parallel workers');
SELECT count(*) FROM rows WHERE wdd.glass_broken() <> no;
ROLLBACK;
RESET ALL;

-- Duties.
SELECT wdd.grant_duty('break_glass', 'regress_wdd_staff');
SELECT d, wdd.has_duty(d, 'regress_wdd_clerk') AS clerk, wdd.has_duty(d, 'regress_wdd_shop') AS shop, wdd.has_duty(d) AS root
  FROM unnest(ARRAY['administer', 'officer', 'record_consent', 'break_glass']) AS d;
SELECT wdd.has_duty('janitor');
SELECT wdd.has_duty(NULL);
SELECT wdd.has_duty('officer', 4294967295::oid::regrole);

-- Breaking the glass: not without the duty, not without a reason, and loud.
\c - regress_wdd_shop
SELECT wdd.break_glass('fire in the data centre');
SET wdd_privacy.glass_broken = on;
\c - regress_wdd_clerk
SELECT wdd.break_glass(NULL);
SELECT wdd.break_glass(E' \t\n');
SELECT wdd.break_glass(repeat('火', 1001));
SET wdd_privacy.glass_broken = on;
SELECT wdd.glass_broken();
BEGIN;
SAVEPOINT one;
SELECT wdd.break_glass('fire in the data centre');
SELECT wdd.glass_broken();
SAVEPOINT two;
ROLLBACK TO two;
SELECT wdd.glass_broken();
ROLLBACK TO one;
SELECT wdd.glass_broken();
SELECT wdd.break_glass('fire in the data centre, again');
RELEASE one;
SELECT wdd.glass_broken();
COMMIT;
SELECT wdd.glass_broken();
-- outside a transaction block it lasts for the statement
SELECT wdd.break_glass('a look');
SELECT wdd.glass_broken();
DO $$
BEGIN
    BEGIN
        PERFORM wdd.break_glass('within a block that fails');
        RAISE NOTICE 'inside: %', wdd.glass_broken();
        RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN
        RAISE NOTICE 'after: %', wdd.glass_broken();
    END;
    PERFORM wdd.break_glass('within a function');
    RAISE NOTICE 'inside: %', wdd.glass_broken();
END $$;
SELECT wdd.glass_broken();
BEGIN;
SELECT wdd.break_glass('to be closed by hand');
RESET ALL;
SELECT wdd.glass_broken();
COMMIT;
\c - regress_wdd_root
SET wdd_privacy.glass_broken = on;
SET wdd_privacy.glass_broken = off;

-- The extension comes and goes within a session.  Without it a purpose is a
-- claim like another.
\c - regress_wdd_root
BEGIN;
SET LOCAL client_min_messages = warning;
DROP EXTENSION wdd_privacy CASCADE;
SET LOCAL wdd_privacy.purpose = 'servise';
SHOW wdd_privacy.purpose;
CREATE EXTENSION wdd_privacy;
SELECT wdd.purpose_granted('backup');
SELECT wdd.grant_purpose('backup', 'regress_wdd_root');
SELECT wdd.purpose_granted('backup');
SAVEPOINT one;
SET wdd_privacy.purpose = 'servise';
ROLLBACK TO one;
SELECT wdd.set_purpose('backup');
ROLLBACK;
SELECT wdd.purpose_granted('service'), wdd.purpose_granted('backup');
-- Its schema may have another name.
BEGIN;
ALTER SCHEMA wdd RENAME TO privacy;
SET LOCAL wdd_privacy.purpose = 'service';
SET LOCAL wdd_privacy.purpose = 'servise';
ROLLBACK;
-- Its SQL may be of a version that this library does not know.
UPDATE pg_extension SET extversion = '99.0' WHERE extname = 'wdd_privacy';
\c - regress_wdd_root
SELECT wdd.purpose_granted('service');
SELECT sqlstate_of($$SELECT wdd.purpose_granted('service')$$);
SET wdd_privacy.purpose = 'servise';
SELECT count(*) FROM rows;
UPDATE pg_extension SET extversion = default_version FROM pg_available_extensions WHERE extname = 'wdd_privacy' AND name = extname;
UPDATE wdd.subject_kind SET built_in = built_in;
SELECT wdd.purpose_granted('service');
RESET ALL;

-- Trigger functions and the copy are nobody else's business.
\c - regress_wdd_shop
SELECT wdd.refresh_catalog_copy();
SELECT * FROM wdd.catalog_copy;
CREATE TABLE mine (i integer);
CREATE TRIGGER noise AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();

\c - regress_wdd_root
SET client_min_messages = warning;
DROP TABLE rows, mine;
DROP VIEW IF EXISTS copy_differs;
DROP FUNCTION as_owner, as_caller, later, ungranted, with_case, stated, sqlstate_of;
DROP EXTENSION wdd_privacy CASCADE;
REVOKE CREATE ON SCHEMA public FROM regress_wdd_shop;
DROP ROLE regress_wdd_shop, regress_wdd_staff, regress_wdd_clerk;
\c - :me
DROP ROLE regress_wdd_root;
