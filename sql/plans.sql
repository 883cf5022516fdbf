-- Plans that are kept, functions, cursors and parallel workers: the gate and
-- the row check are those of the moment a statement runs.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_category('contact');
SELECT wdd.add_purpose('ads', 'consent'), wdd.add_purpose('push', 'legitimate_interest'), wdd.add_purpose('other', 'contract');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['ads', 'push', 'other', 'self']) p;
CREATE TABLE users (user_id bigint PRIMARY KEY, phone text, city text);
INSERT INTO users SELECT i, 'p' || i, 'c' || i % 3 FROM generate_series(1, 20000) i;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, push';
SELECT wdd.grant_consent((SELECT array_agg(i) FROM generate_series(1, 20000) i WHERE i % 10 <> 0)::bigint[], 'ads');
SELECT wdd.object_to((SELECT array_agg(i) FROM generate_series(1, 20000) i WHERE i % 4 = 0)::bigint[], 'push');
ANALYZE users;

\echo - prepared statements, custom and generic, across purposes
SET wdd_privacy.purpose = 'ads';
PREPARE one(bigint) AS SELECT phone FROM users WHERE user_id = $1;
PREPARE many AS SELECT count(phone) FROM users;
SET plan_cache_mode = force_generic_plan;
EXECUTE one(4);
EXECUTE one(10);
EXECUTE many;
SET wdd_privacy.purpose = 'push';
EXECUTE one(4);
EXECUTE one(10);
EXECUTE many;
SET wdd_privacy.purpose = 'other';
EXECUTE one(4);
RESET wdd_privacy.purpose;
EXECUTE many;
SET wdd_privacy.purpose = 'self';
SET wdd_privacy.subject = '10';
EXECUTE one(10);
EXECUTE one(4);
EXECUTE many;
SET wdd_privacy.purpose = 'push';
EXECUTE many;
PREPARE unlabelled AS SELECT count(*) FROM users;
EXECUTE unlabelled;
SET wdd_privacy.purpose = 'self';
EXECUTE unlabelled;
SET wdd_privacy.purpose = 'push';
EXECUTE unlabelled;

\echo - across consent and labels
SET wdd_privacy.purpose = 'ads';
EXECUTE one(7);
SELECT wdd.withdraw_consent(7::bigint, 'ads');
EXECUTE one(7);
EXECUTE many;
SELECT wdd.grant_consent(7::bigint, 'ads');
EXECUTE one(7);
BEGIN;
SELECT wdd.withdraw_consent(7::bigint, 'ads');
EXECUTE one(7);
EXECUTE many;
ROLLBACK;
EXECUTE one(7);
EXECUTE many;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=push';
EXECUTE one(7);
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS NULL;
EXECUTE one(10);
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, push; if_not_permitted=mask';
EXECUTE one(10);
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, push';
EXECUTE one(10);
RESET plan_cache_mode;

\echo - functions: SQL inlined and not, PL/pgSQL, security definer, with a purpose of their own
CREATE FUNCTION inlined(bigint) RETURNS SETOF users LANGUAGE sql STABLE AS 'SELECT * FROM public.users WHERE user_id = $1';
CREATE FUNCTION not_inlined(bigint) RETURNS SETOF users LANGUAGE sql VOLATILE SECURITY DEFINER AS 'SELECT * FROM public.users WHERE user_id = $1';
CREATE FUNCTION scalar(bigint) RETURNS text LANGUAGE sql STABLE AS 'SELECT phone FROM public.users WHERE user_id = $1';
CREATE FUNCTION procedural(bigint) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT phone FROM users WHERE user_id = $1); END $$;
CREATE FUNCTION dynamic(bigint) RETURNS text LANGUAGE plpgsql AS $$ DECLARE r text; BEGIN EXECUTE 'SELECT phone FROM users WHERE user_id = $1' INTO r USING $1; RETURN r; END $$;
CREATE FUNCTION as_push(bigint) RETURNS text LANGUAGE sql SET wdd_privacy.purpose = 'push' AS 'SELECT phone FROM public.users WHERE user_id = $1';
SELECT i, (SELECT phone FROM inlined(i)), (SELECT phone FROM not_inlined(i)), scalar(i), procedural(i), dynamic(i), as_push(i)
    FROM unnest(ARRAY[9, 10, 12]) i;
SELECT i, phone FROM unnest(ARRAY[9, 10]) i LEFT JOIN LATERAL inlined(i) ON true;
SELECT city FROM inlined(10);
RESET wdd_privacy.purpose;
SELECT city FROM inlined(10);
SELECT phone FROM inlined(10);
SELECT scalar(9);
\set SHOW_CONTEXT never
SELECT procedural(9);
\set SHOW_CONTEXT errors
SELECT as_push(9);
DO $$ DECLARE r record; BEGIN FOR r IN SELECT phone FROM users LOOP RAISE NOTICE '%', r; END LOOP; END $$;
DO $$
BEGIN
    PERFORM set_config('wdd_privacy.purpose', 'ads', true);
    RAISE NOTICE '%', (SELECT phone FROM users WHERE user_id = 9);
    BEGIN
        PERFORM set_config('wdd_privacy.purpose', 'other', true);
        RAISE NOTICE '%', (SELECT phone FROM users WHERE user_id = 9);
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'refused: %', SQLERRM;
    END;
    RAISE NOTICE '%', (SELECT phone FROM users WHERE user_id = 9);
END $$;

\echo - a statement that runs keeps its purpose
SET wdd_privacy.purpose = 'ads';
SELECT count(phone) FILTER (WHERE set_config('wdd_privacy.purpose', 'push', false) IS NOT NULL) FROM users;
SHOW wdd_privacy.purpose;
SET wdd_privacy.purpose = 'ads';
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT user_id, phone FROM users WHERE user_id IN (9, 10, 11, 12) ORDER BY 1;
FETCH 1 FROM c;
SAVEPOINT a;
SET wdd_privacy.purpose = 'push';
FETCH 1 FROM c;
ROLLBACK TO a;
SHOW wdd_privacy.purpose;
COMMIT;
RESET wdd_privacy.purpose;
FETCH ALL FROM c;
CLOSE c;

\echo - parallel workers
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET wdd_privacy.purpose = 'ads';
EXPLAIN (COSTS OFF) SELECT count(*) FROM users WHERE city = 'c1';
SELECT count(phone) FROM users;
SELECT count(phone) FROM users WHERE city = 'c1';
SELECT a.city, count(b.phone) FROM users a JOIN users b USING (user_id) GROUP BY a.city ORDER BY 1;
BEGIN;
SELECT wdd.withdraw_consent(ARRAY[1, 2, 3]::bigint[], 'ads');
SELECT count(phone) FROM users;
ROLLBACK;
SELECT count(phone) FROM users;
SET wdd_privacy.purpose = 'push';
SELECT count(phone) FROM users;
SET wdd_privacy.purpose = 'self';
SELECT count(*), min(phone) FROM users;
SELECT set_config(name, 'on', false) FROM pg_settings
WHERE name IN ('force_parallel_mode', 'debug_parallel_query');	-- the name before 16, and since
SET wdd_privacy.purpose = 'ads';
SELECT phone FROM users WHERE user_id IN (9, 10) ORDER BY 1;
SELECT wdd.row_permitted('q1/c2', 1::bigint);
SELECT set_config(name, 'off', false) FROM pg_settings
WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
RESET wdd_privacy.purpose;
SELECT count(phone) FROM users;

DEALLOCATE ALL;
DROP FUNCTION inlined, not_inlined, scalar, procedural, dynamic, as_push;
DROP TABLE users;
DROP EXTENSION wdd_privacy;
