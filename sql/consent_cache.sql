-- Whether a person permits a purpose: answered by look-ups and by sets, over
-- every type of key, and after every kind of change.
\set VERBOSITY default
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS wdd_privacy;
RESET client_min_messages;
DO $$
BEGIN
    PERFORM wdd.add_purpose('cache_news', 'consent');                   -- silence: no
    PERFORM wdd.add_purpose('cache_statistics', 'legitimate_interest'); -- silence: yes
    PERFORM wdd.add_purpose('cache_delivery', 'contract');              -- cannot be refused
    PERFORM wdd.add_category('cache_contact');
    PERFORM wdd.add_category('cache_location');
END $$;

-- What wdd.grant_consent() and its sisters do to the state, by hand.
CREATE FUNCTION say(purpose text, category text, permitted boolean,
                    i bigint DEFAULT NULL, u uuid DEFAULT NULL, t text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    p smallint := (SELECT purpose_id FROM wdd.purpose AS known WHERE known.name = say.purpose);
    c smallint := coalesce((SELECT category_id FROM wdd.category AS known WHERE known.name = say.category), 0);
BEGIN
    UPDATE wdd.consent_state s SET permitted = say.permitted
    WHERE s.purpose_id = p AND s.category_id = c AND s.kind_id = 1
      AND (s.key_integer, s.key_uuid, s.key_text) IS NOT DISTINCT FROM (i, u, t);
    IF NOT FOUND THEN
        INSERT INTO wdd.consent_state
        VALUES (p, c, 1, i, u, t, permitted, 0, '00000000-0000-0000-0000-000000000000', '0');
    END IF;
END $$;

-- So many questions are worth a set.
CREATE FUNCTION ask_much(purpose text, category text) RETURNS void LANGUAGE sql AS $$
    SELECT count(wdd.permitted(i, purpose, category)),
           count(wdd.permitted(gen_random_uuid(), purpose, category)),
           count(wdd.permitted(i::text || ' ', purpose, category))
    FROM generate_series(1::bigint, 3000) AS i;
$$;
CREATE FUNCTION sets() RETURNS TABLE (purpose text, category text, key_type text, form text, keys bigint)
LANGUAGE sql AS $$
    SELECT purpose, category, key_type, form, keys FROM wdd.consent_cache_status()
    WHERE purpose LIKE 'cache%' ORDER BY 1, 2 NULLS FIRST, 3 $$;

--
-- Every type of key, both defaults, before and after the sets are there.
--
DO $$
DECLARE
    p text;
    i bigint;
    u uuid;
    t text;
BEGIN
    FOREACH p IN ARRAY '{cache_news,cache_statistics}'::text[] LOOP
        FOREACH i IN ARRAY '{-9223372036854775808,-1,0,1,63,64,65,9223372036854775807}'::bigint[] LOOP
            PERFORM say(p, NULL, i % 2 <> 0, i => i);
        END LOOP;
        FOREACH u IN ARRAY '{00000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff,00000000-0000-0000-0000-000000000001}'::uuid[] LOOP
            PERFORM say(p, NULL, u::text NOT LIKE '%1', u => u);
        END LOOP;
        FOREACH t IN ARRAY ARRAY['', 'a', 'A', '1', '张伟', repeat('x', 2000)] LOOP
            PERFORM say(p, NULL, t <> 'A', t => t);
        END LOOP;
    END LOOP;
END $$;

CREATE VIEW answers AS
    SELECT n, i::text AS subject,
           wdd.permitted(i, 'cache_news') AS news, wdd.permitted(i, 'cache_statistics') AS statistics
    FROM unnest('{-9223372036854775808,-9223372036854775807,-1,0,1,2,63,64,65,9223372036854775806,9223372036854775807}'::bigint[])
         WITH ORDINALITY AS k(i, n)
    UNION ALL
    SELECT 100 + n, u::text, wdd.permitted(u, 'cache_news'), wdd.permitted(u, 'cache_statistics')
    FROM unnest('{00000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff,00000000-0000-0000-0000-000000000001,ffffffff-ffff-ffff-ffff-fffffffffffe}'::uuid[])
         WITH ORDINALITY AS k(u, n)
    UNION ALL
    SELECT 200 + n, quote_literal(left(t, 3)), wdd.permitted(t, 'cache_news'), wdd.permitted(t, 'cache_statistics')
    FROM unnest(ARRAY['', 'a', 'A', 'b', '1', '张伟', repeat('x', 2000), repeat('x', 1999)])
         WITH ORDINALITY AS k(t, n);

SELECT subject, news, statistics FROM answers ORDER BY n;
CREATE TEMPORARY TABLE looked_up AS SELECT * FROM answers;
SELECT ask_much('cache_news', NULL);
SELECT ask_much('cache_statistics', NULL);
SELECT * FROM sets();
SELECT * FROM answers EXCEPT SELECT * FROM looked_up;   -- the sets say the same

-- nobody has said anything
SELECT wdd.permitted(1, 'cache_delivery'), wdd.permitted('', 'cache_delivery', 'cache_contact'),
       wdd.permitted(1, 'cache_news', NULL, 'device'), wdd.permitted(1, 'cache_statistics', NULL, 'device');

--
-- A row of the category has the last word over one of every category, in
-- whatever order they come, by look-up and by set.
--
SELECT say('cache_news', NULL, true, i => 1000), say('cache_news', 'cache_contact', false, i => 1000);
SELECT say('cache_news', 'cache_contact', false, i => 1001), say('cache_news', NULL, true, i => 1001);
SELECT say('cache_news', 'cache_contact', true, i => 1002), say('cache_news', NULL, false, i => 1002);
SELECT say('cache_news', 'cache_contact', true, i => 1003);
CREATE VIEW by_category AS
    SELECT i, wdd.permitted(i, 'cache_news') AS all_categories,
           wdd.permitted(i, 'cache_news', 'cache_contact') AS contact,
           wdd.permitted(i, 'cache_news', 'cache_location') AS location
    FROM generate_series(1000::bigint, 1003) AS i;
SELECT * FROM by_category;
SELECT ask_much('cache_news', 'cache_contact'), ask_much('cache_news', 'cache_location');
SELECT * FROM by_category;
SELECT say('cache_news', NULL, false, i => 1000), say('cache_news', NULL, false, i => 1001);
SELECT say('cache_news', NULL, true, i => 1002), say('cache_news', NULL, true, i => 1003);
SELECT * FROM by_category;
SELECT say('cache_news', 'cache_contact', true, i => 1000), say('cache_news', 'cache_contact', true, i => 1001);
SELECT say('cache_news', 'cache_contact', false, i => 1002), say('cache_news', 'cache_contact', false, i => 1003);
SELECT * FROM by_category;
BEGIN;  -- both in one transaction, the specific one first
SELECT say('cache_news', 'cache_contact', false, i => 1001), say('cache_news', NULL, true, i => 1001);
COMMIT;
SELECT * FROM by_category WHERE i = 1001;

--
-- Withdrawn, granted again, rolled back, with savepoints: while the sets stand.
--
SELECT wdd.permitted(1, 'cache_news');
SELECT say('cache_news', NULL, false, i => 1);
SELECT wdd.permitted(1, 'cache_news');
SELECT say('cache_news', NULL, true, i => 1);
SELECT wdd.permitted(1, 'cache_news');

BEGIN;
SELECT say('cache_news', NULL, false, i => 1);
SELECT wdd.permitted(1, 'cache_news');
ROLLBACK;
SELECT wdd.permitted(1, 'cache_news');

BEGIN;
SAVEPOINT a;
SELECT say('cache_news', NULL, false, i => 1);
SELECT wdd.permitted(1, 'cache_news') AS within, wdd.permitted(65, 'cache_news') AS other;
ROLLBACK TO a;
SELECT wdd.permitted(1, 'cache_news') AS rolled_back;
SAVEPOINT b;
SELECT say('cache_news', NULL, false, i => 65);
RELEASE b;
SELECT wdd.permitted(1, 'cache_news') AS one, wdd.permitted(65, 'cache_news') AS other;
COMMIT;
SELECT wdd.permitted(1, 'cache_news') AS one, wdd.permitted(65, 'cache_news') AS other;

BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT wdd.permitted(1, 'cache_news');
SELECT say('cache_news', NULL, false, i => 1);
SELECT wdd.permitted(1, 'cache_news');
COMMIT;
SELECT wdd.permitted(1, 'cache_news');

-- A prepared transaction binds a connection that is made after its commit, and
-- that has heard no message, though the set was fresh when it was committed.
BEGIN;
SELECT say('cache_news', NULL, false, i => -1);
PREPARE TRANSACTION 'cache';
SELECT say('cache_news', NULL, true, i => 1);
SELECT wdd.permitted(1, 'cache_news') AS one, wdd.permitted(-1, 'cache_news') AS other;
COMMIT PREPARED 'cache';
\c -
SELECT wdd.permitted(1, 'cache_news') AS one, wdd.permitted(-1, 'cache_news') AS other;

-- within one statement a function changes what a later statement sees
DO $$
BEGIN
    RAISE NOTICE 'before: %', wdd.permitted('a', 'cache_news');
    PERFORM say('cache_news', NULL, false, t => 'a');
    RAISE NOTICE 'withdrawn: %', wdd.permitted('a', 'cache_news');
    BEGIN
        PERFORM say('cache_news', NULL, true, t => 'a');
        RAISE NOTICE 'granted: %', wdd.permitted('a', 'cache_news');
        RAISE EXCEPTION 'undo';
    EXCEPTION WHEN raise_exception THEN
        RAISE NOTICE 'undone: %', wdd.permitted('a', 'cache_news');
    END;
END $$;
SELECT wdd.permitted('a', 'cache_news');

--
-- Sets grow with new persons, key by key and in bulk.
--
SELECT say('cache_news', NULL, true, i => i), say('cache_news', NULL, true, t => 'person ' || i),
       wdd.permitted(i, 'cache_news')
FROM generate_series(2000::bigint, 2002) AS i;
SELECT count(say('cache_news', NULL, i % 3 <> 0, i => i)), count(say('cache_news', NULL, i % 3 <> 0, t => 'person ' || i)),
       count(say('cache_news', NULL, i % 3 <> 0, u => md5(i::text)::uuid))
FROM generate_series(2000::bigint, 2061) AS i;
SELECT count(*) FROM generate_series(2000::bigint, 2061) AS i
WHERE wdd.permitted(i, 'cache_news') <> (i % 3 <> 0)
   OR wdd.permitted('person ' || i, 'cache_news') <> (i % 3 <> 0)
   OR wdd.permitted(md5(i::text)::uuid, 'cache_news') <> (i % 3 <> 0);
SELECT * FROM sets() WHERE purpose = 'cache_news' AND category IS NULL;
-- so much at once that the set is read anew, when it is asked much again
INSERT INTO wdd.consent_state
    SELECT purpose_id, 0, 1, i, NULL, NULL, i % 7 = 0, 0, '00000000-0000-0000-0000-000000000000', '0'
    FROM wdd.purpose, generate_series(10000, 12999) AS i WHERE name = 'cache_news';
SELECT wdd.permitted(10003, 'cache_news'), wdd.permitted(10004, 'cache_news');
SELECT count(*) FROM generate_series(10000::bigint, 12999) AS i WHERE wdd.permitted(i, 'cache_news') <> (i % 7 = 0);
SELECT * FROM sets() WHERE purpose = 'cache_news' AND category IS NULL AND key_type = 'integer';

--
-- The trigger: the stamp is the transaction's, in every replication role, and
-- what a row is about does not change.  Nothing is removed.
--
BEGIN;
SET LOCAL session_replication_role = replica;
SELECT say('cache_statistics', NULL, false, i => 3000);
SELECT changed_xid = pg_current_xact_id() AS stamped FROM wdd.consent_state WHERE key_integer = 3000;
SAVEPOINT a;
UPDATE wdd.consent_state SET changed_xid = '3' WHERE key_integer = 3000;
SELECT changed_xid = pg_current_xact_id() AS stamped FROM wdd.consent_state WHERE key_integer = 3000;
COMMIT;
SELECT wdd.permitted(3000, 'cache_statistics');

UPDATE wdd.consent_state SET key_integer = 3001 WHERE key_integer = 3000;
UPDATE wdd.consent_state SET key_integer = NULL, key_text = '3000' WHERE key_integer = 3000;
UPDATE wdd.consent_state SET category_id = 1 WHERE key_integer = 3000;
DELETE FROM wdd.consent_state WHERE key_integer = 3000;
TRUNCATE wdd.consent_state;
BEGIN;
SET LOCAL session_replication_role = replica;
DELETE FROM wdd.consent_state WHERE key_integer = 3000;
ROLLBACK;

INSERT INTO wdd.person (person_id, kind_id, key_integer) VALUES ('11111111-1111-1111-1111-111111111111', 1, 3000);
INSERT INTO wdd.consent_event (person_id, purpose_id, action)
    SELECT '11111111-1111-1111-1111-111111111111', purpose_id, 'object' FROM wdd.purpose WHERE name = 'cache_statistics';
UPDATE wdd.consent_event SET action = 'grant' WHERE person_id = '11111111-1111-1111-1111-111111111111';
DELETE FROM wdd.consent_event WHERE person_id = '11111111-1111-1111-1111-111111111111';
TRUNCATE wdd.consent_event;
-- not for other tables
CREATE TABLE other (a integer);
CREATE TRIGGER t BEFORE INSERT ON other FOR EACH ROW EXECUTE FUNCTION wdd.consent_stamp();
INSERT INTO other VALUES (1);
DROP TABLE other;
SELECT wdd.consent_stamp();

--
-- Bad input.
--
SELECT wdd.permitted(1, 'no such purpose');
SELECT wdd.permitted(1, 'cache_news', 'no such category');
SELECT wdd.permitted(1, 'cache_news', 'cache_contact', 'no such kind');
SELECT wdd.permitted(1, '');
SELECT wdd.permitted(1, NULL);
SELECT wdd.permitted(1, 'cache_news', NULL, NULL);
SELECT wdd.permitted(NULL::bigint, 'cache_news') AS news, wdd.permitted(NULL::uuid, 'cache_statistics') AS statistics,
       wdd.permitted(NULL::text, 'cache_delivery') AS delivery;
DO $$
DECLARE
    command text;
BEGIN
    FOREACH command IN ARRAY ARRAY[
        $q$SELECT wdd.permitted(1, 'no such purpose')$q$, $q$SELECT wdd.permitted(1, NULL)$q$,
        $q$SELECT wdd.permitted(1, 'cache_news', repeat('x', 10000))$q$,
        $q$DELETE FROM wdd.consent_state$q$, $q$TRUNCATE wdd.consent_state$q$,
        $q$UPDATE wdd.consent_state SET kind_id = 2$q$, $q$DELETE FROM wdd.consent_event$q$]
    LOOP
        BEGIN
            EXECUTE command;
            RAISE NOTICE '% did not fail', command;
        EXCEPTION WHEN OTHERS THEN
            RAISE NOTICE '%: %', SQLSTATE, command;
        END;
    END LOOP;
END $$;

-- It tells of a person, so not to everybody.
CREATE ROLE cache_nobody;
GRANT USAGE ON SCHEMA wdd TO cache_nobody;
SET ROLE cache_nobody;
SELECT wdd.permitted(1, 'cache_news');
SELECT wdd.permitted('a', 'cache_news');
SELECT wdd.permitted('00000000-0000-0000-0000-000000000000'::uuid, 'cache_news');
SELECT * FROM wdd.consent_cache_status();
SELECT * FROM wdd.consent_cache_sets();
RESET ROLE;
REVOKE USAGE ON SCHEMA wdd FROM cache_nobody;
DROP ROLE cache_nobody;
DROP VIEW answers, by_category;
DROP FUNCTION say, ask_much, sets;
