-- What pg_dump takes along of the extension's tables.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

\echo -- every table and sequence: dumped, and which rows, or not
SELECT c.oid::regclass, CASE WHEN d.condition IS NULL THEN 'not dumped' ELSE 'dumped ' || d.condition END
FROM pg_extension x
JOIN pg_depend m ON m.refclassid = 'pg_extension'::regclass AND m.refobjid = x.oid AND m.deptype = 'e' AND m.classid = 'pg_class'::regclass
JOIN pg_class c ON c.oid = m.objid AND c.relkind IN ('r', 'p', 'S', 'v', 'm')
LEFT JOIN LATERAL (SELECT t.condition FROM unnest(x.extconfig, x.extcondition) AS t (oid, condition) WHERE t.oid = c.oid) d ON true
WHERE x.extname = 'wdd_privacy'
ORDER BY c.oid::regclass::text COLLATE "C";

\echo -- rows that the install script makes are not dumped, those that a DBA makes are
CREATE FUNCTION pg_temp.dumped_rows() RETURNS TABLE (relation regclass, dumped bigint) LANGUAGE plpgsql AS $$
DECLARE
    condition text;
BEGIN
    FOR relation, condition IN
        SELECT t.oid::regclass, t.condition FROM pg_extension x, unnest(x.extconfig, x.extcondition) AS t (oid, condition)
        JOIN pg_class c ON c.oid = t.oid AND c.relkind = 'r'
        WHERE x.extname = 'wdd_privacy' ORDER BY t.oid::regclass::text COLLATE "C"
    LOOP
        EXECUTE format('SELECT count(*) FROM %s %s', relation, condition) INTO dumped;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT * FROM pg_temp.dumped_rows();
CREATE ROLE regress_wdd_stays;
CREATE ROLE regress_wdd_goes;
SELECT wdd.add_service('shop'), wdd.add_subject_kind('visitor'), wdd.add_category('contact'), wdd.add_purpose('ads', 'consent');
SELECT wdd.grant_purpose(p, r) FROM unnest(ARRAY['ads', 'backup']) p, unnest('{regress_wdd_stays,regress_wdd_goes}'::regrole[]) r;
SELECT wdd.grant_duty('break_glass', r) FROM unnest('{regress_wdd_stays,regress_wdd_goes}'::regrole[]) r;
SELECT wdd.grant_consent(ARRAY[1, 2], 'ads', 'contact', 'visitor');
SELECT * FROM pg_temp.dumped_rows();
\echo -- grants of a role that is no more are not: that number may belong to another elsewhere
DROP ROLE regress_wdd_goes;
SELECT * FROM pg_temp.dumped_rows() WHERE relation::text LIKE '%grant';
\echo -- privileges that a duty brings belong to the database, not to the extension
SELECT wdd.grant_duty('officer', 'regress_wdd_stays');
SELECT p.oid::regprocedure, has_function_privilege('regress_wdd_stays', p.oid, 'EXECUTE'), i.initprivs <> p.proacl
FROM pg_proc p LEFT JOIN pg_init_privs i ON i.objoid = p.oid AND i.classoid = 'pg_proc'::regclass AND i.privtype = 'e'
WHERE p.pronamespace = 'wdd'::regnamespace AND p.proname = 'overview';
DROP EXTENSION wdd_privacy;
DROP ROLE regress_wdd_stays;
