-- Views of consent, opened and asked directly.
\getenv module CONSENT_PROBE
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
LOAD 'wdd_privacy';         -- the probe is linked with it when it is loaded
RESET client_min_messages;
CREATE FUNCTION consent_probe(purpose smallint, category smallint, kind smallint, silence boolean,
                              keys anyarray, expected float8, build_now boolean) RETURNS boolean[]
    LANGUAGE c STRICT AS :'module', 'consent_probe';
CREATE FUNCTION consent_probe_each(purpose smallint, category smallint, kind smallint, silence boolean,
                                   keys anyarray, expected float8, build_now boolean) RETURNS SETOF boolean
    LANGUAGE c STRICT AS :'module', 'consent_probe_each';
CREATE FUNCTION ask(keys anyarray, expected float8 DEFAULT 1, build_now boolean DEFAULT false) RETURNS boolean[]
    LANGUAGE sql AS $$ SELECT consent_probe(100::smallint, 0::smallint, 1::smallint, false, keys, expected, build_now) $$;
CREATE FUNCTION sets() RETURNS TABLE (key_type text, keys bigint)
    LANGUAGE sql AS $$ SELECT key_type, keys FROM wdd.consent_cache_sets() WHERE purpose_id = 100 ORDER BY 1 $$;

-- person i permits when i is odd
INSERT INTO wdd.consent_state
    SELECT 100, 0, 1, i, NULL, NULL, i % 2 = 1, 0, '00000000-0000-0000-0000-000000000000'::uuid, '0'::xid8
    FROM generate_series(1, 5000) AS i
    UNION ALL
    SELECT 100, 0, 1, NULL, md5(i::text)::uuid, NULL, i % 2 = 1, 0, '00000000-0000-0000-0000-000000000000'::uuid, '0'::xid8
    FROM generate_series(1, 5000) AS i
    UNION ALL
    SELECT 100, 0, 1, NULL, NULL, 'person ' || i, i % 2 = 1, 0, '00000000-0000-0000-0000-000000000000'::uuid, '0'::xid8
    FROM generate_series(1, 5000) AS i;

SELECT ask('{}'::bigint[]), ask('{1,2,2,1,5001,-1}'::bigint[]), ask(ARRAY['person 1', 'person 2', 'person 2', ''])
     , ask(ARRAY[md5('1')::uuid, md5('2')::uuid, md5('0')::uuid]);
SELECT * FROM sets();       -- none: few questions

-- a view that is asked more than it expected turns to a set on its way
CREATE TEMPORARY TABLE persons AS
    SELECT array_agg(i ORDER BY i) AS i, array_agg(md5(i::text)::uuid ORDER BY i) AS u, array_agg('person ' || i ORDER BY i) AS t
    FROM generate_series(1::bigint, 3000) AS i;
SELECT count(*) FROM persons, unnest(ask(i)) WITH ORDINALITY AS a(yes, n) WHERE yes <> (n % 2 = 1);
SELECT * FROM sets();
-- one that expects much has it at once, and so has one that must
SELECT ask(ARRAY['person 1', 'person 2', ''], 3000), ask(ARRAY[md5('1')::uuid, md5('2')::uuid], 1, true);
SELECT * FROM sets();
SELECT count(*) FROM persons, unnest(ask(u)) WITH ORDINALITY AS a(yes, n) WHERE yes <> (n % 2 = 1);
SELECT count(*) FROM persons, unnest(ask(t)) WITH ORDINALITY AS a(yes, n) WHERE yes <> (n % 2 = 1);

-- after a change the first view refreshes
UPDATE wdd.consent_state SET permitted = false WHERE key_integer = 1;
SELECT ask('{1,2,3}'::bigint[]);
UPDATE wdd.consent_state SET permitted = true WHERE key_integer = 1;
SELECT ask('{1,2,3}'::bigint[]);

-- a transaction that changed consent asks a set of its own, and keeps it to itself
BEGIN;
UPDATE wdd.consent_state SET permitted = NOT permitted WHERE key_integer < 100;
SELECT ask('{1,2,3,100,101}'::bigint[], 1, true), ask('{1,2,3,100,101}'::bigint[]);
SELECT count(*) FROM persons, unnest(ask(i)) WITH ORDINALITY AS a(yes, n) WHERE yes <> (n % 2 = 1);
SELECT * FROM sets() WHERE key_type = 'integer';
ROLLBACK;
SELECT ask('{1,2,3,100,101}'::bigint[]);
SELECT * FROM sets() WHERE key_type = 'integer';

--
-- Views that stay open.  A view looks up, so purpose 101 has no set.
--
INSERT INTO wdd.consent_state
    SELECT 101, 0, 1, i, NULL, NULL, i % 2 = 1, 0, '00000000-0000-0000-0000-000000000000'::uuid, '0'::xid8
    FROM generate_series(1, 5) AS i;
CREATE VIEW looks_up AS
    SELECT consent_probe_each(101::smallint, 0::smallint, 1::smallint, false, '{1,2,3,4,5}'::bigint[], 1, false) AS yes;
CREATE VIEW has_set AS
    SELECT consent_probe_each(101::smallint, 0::smallint, 1::smallint, false, '{1,2,3,4,5}'::bigint[], 1, true) AS yes;

-- The snapshot of a view is of its first question.
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM looks_up;
FETCH c;
UPDATE wdd.consent_state SET permitted = NOT permitted WHERE purpose_id = 101;
FETCH ALL c;
CLOSE c;
SELECT array_agg(yes) FROM looks_up;
ROLLBACK;

-- Opened before a savepoint, asked first within it, alive after its abort.
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM looks_up;
DECLARE d CURSOR FOR SELECT * FROM has_set;
SAVEPOINT a;
FETCH c;
FETCH d;
SELECT 1 / 0;
ROLLBACK TO a;
FETCH c;
FETCH d;
SAVEPOINT b;
DECLARE e CURSOR FOR SELECT * FROM looks_up;
FETCH e;
ROLLBACK TO b;              -- takes e with it
SAVEPOINT b;
DECLARE e CURSOR FOR SELECT * FROM looks_up;
FETCH e;
RELEASE b;
FETCH e;
ALTER TABLE wdd.consent_state SET (fillfactor = 90);
ROLLBACK TO a;
FETCH ALL c;
FETCH ALL d;
COMMIT;

-- Left open at commit, at abort, and held.
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM looks_up;
FETCH c;
COMMIT;
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM looks_up;
FETCH c;
SELECT 1 / 0;
ROLLBACK;
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM looks_up;
DECLARE d CURSOR WITH HOLD FOR SELECT * FROM has_set;
FETCH c;
FETCH d;
COMMIT;
FETCH ALL c;
FETCH ALL d;
CLOSE c;
CLOSE d;

-- An error in the middle of a statement that looks up, caught and not.
SELECT yes, 1 / (row_number() OVER () - 2) FROM looks_up;
DO $$
BEGIN
    FOR n IN 1..3 LOOP
        BEGIN
            PERFORM yes, 1 / (row_number() OVER () - 2) FROM looks_up;
        EXCEPTION WHEN division_by_zero THEN
            RAISE NOTICE 'caught; now %', (SELECT array_agg(yes) FROM looks_up);
        END;
    END LOOP;
END $$;
CREATE FUNCTION first_yes() RETURNS boolean LANGUAGE sql AS $$ SELECT yes FROM looks_up LIMIT 1 $$;
SELECT first_yes(), first_yes() FROM generate_series(1, 2);

-- Cancelled while it builds a set: nothing of that is left behind.
INSERT INTO wdd.consent_state
    SELECT 102, 0, 1, i, NULL, NULL, i % 2 = 1, 0, '00000000-0000-0000-0000-000000000000'::uuid, '0'::xid8
    FROM generate_series(1, 100000) AS i;
CREATE FUNCTION ask_102(build_now boolean) RETURNS boolean[]
    LANGUAGE sql AS $$ SELECT consent_probe(102::smallint, 0::smallint, 1::smallint, false, '{1,2}'::bigint[], 1, build_now) $$;
SET statement_timeout = '3ms';
SELECT ask_102(true);
SELECT ask_102(true);
DO $$
BEGIN
    PERFORM ask_102(true);
EXCEPTION WHEN query_canceled THEN
    RAISE NOTICE 'caught';
END $$;
RESET statement_timeout;
SELECT count(*) FROM wdd.consent_cache_sets() WHERE purpose_id = 102;
SELECT count(*) FROM pg_locks WHERE locktype = 'userlock';
SELECT count(*) FROM pg_backend_memory_contexts WHERE name LIKE 'wdd consent set builder%';
SELECT ask_102(false), ask_102(true);
SELECT count(*) FROM wdd.consent_cache_sets() WHERE purpose_id = 102;

-- In a parallel worker, which sees what its leader's transaction changed.
ALTER FUNCTION consent_probe PARALLEL SAFE;
SET force_parallel_mode = on;
EXPLAIN (COSTS off) SELECT consent_probe(102::smallint, 0::smallint, 1::smallint, false, '{1,2,3}'::bigint[], 1, false);
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE wdd.consent_state SET permitted = NOT permitted WHERE purpose_id = 102 AND key_integer < 3;
SELECT consent_probe(102::smallint, 0::smallint, 1::smallint, false, '{1,2,3}'::bigint[], 1, false),
       consent_probe(102::smallint, 0::smallint, 1::smallint, false, '{1,2,3}'::bigint[], 1, true);
SAVEPOINT a;
UPDATE wdd.consent_state SET permitted = NOT permitted WHERE purpose_id = 102 AND key_integer < 3;
SELECT consent_probe(102::smallint, 0::smallint, 1::smallint, false, '{1,2,3}'::bigint[], 1, false);
ROLLBACK TO a;
SELECT consent_probe(102::smallint, 0::smallint, 1::smallint, false, '{1,2,3}'::bigint[], 1, false);
ROLLBACK;
SELECT consent_probe(102::smallint, 0::smallint, 1::smallint, false, '{1,2,3}'::bigint[], 1, false);
RESET force_parallel_mode;

-- More scopes than sets are kept: the least recently used go.
SELECT count(consent_probe(p::smallint, 0::smallint, 1::smallint, false, '{1}'::bigint[], 1, true))
FROM generate_series(200, 500) AS p;
SELECT count(*) BETWEEN 2 AND 128 AS bounded FROM wdd.consent_cache_sets();
SELECT ask_102(false);

-- A loop that commits holds its cursor.
DO $$
DECLARE
    answer boolean;
    n integer := 0;
BEGIN
    FOR answer IN SELECT yes FROM looks_up LOOP
        n := n + 1;
        COMMIT;
    END LOOP;
    RAISE NOTICE '% rows', n;
END $$;

-- Dropped and created anew.
DROP VIEW looks_up, has_set;
DROP FUNCTION ask, sets;
SET client_min_messages = warning;
DROP EXTENSION wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT consent_probe(100::smallint, 0::smallint, 1::smallint, false, '{1,3}'::bigint[], 1, false);
SELECT consent_probe(100::smallint, 0::smallint, 1::smallint, false, '{1,3}'::bigint[], 1, true);
