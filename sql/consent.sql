-- The registry of persons, what they say, and what is told of it.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
CREATE FUNCTION pg_temp.attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text; detail text; hint text;
BEGIN
    EXECUTE statement;
    RETURN '00000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(E'\n    ', SQLSTATE || ' ' || message, nullif(detail, ''), nullif(hint, ''));
END $$;
-- The state by itself: what the guard reads, beside the event it comes from.
CREATE FUNCTION pg_temp.state() RETURNS TABLE (purpose text, category text, key text, permitted boolean, event bigint, action text)
LANGUAGE sql AS $$
    SELECT p.name, c.name, coalesce(s.key_integer::text, s.key_uuid::text, s.key_text), s.permitted, s.event_id, e.action
    FROM wdd.consent_state s JOIN wdd.purpose p USING (purpose_id) LEFT JOIN wdd.category c USING (category_id)
    LEFT JOIN wdd.consent_event e ON e.event_id = s.event_id AND e.person_id = s.person_id
    ORDER BY s.purpose_id, 3, s.category_id
$$;
SELECT wdd.add_category('contact'), wdd.add_category('identity', true);
SELECT wdd.add_purpose('ads', 'consent'), wdd.add_purpose('push', 'legitimate_interest'), wdd.add_purpose('service', 'contract'),
       wdd.add_purpose('court', 'authority');
SELECT wdd.add_subject_kind('visitor');
\pset format unaligned
\pset tuples_only on

\echo -- registering: again is the same person, another kind or type of key is another
SELECT wdd.register_person(1) = wdd.register_person(1::smallint), wdd.register_person(1) = wdd.register_person(1, 'visitor');
SELECT wdd.register_person('a') = wdd.register_person('a'::varchar), wdd.register_person('a') = wdd.register_person('A');
SELECT wdd.register_person('00000000-0000-0000-0000-000000000001'::uuid) = wdd.register_person('00000000000000000000000000000001'::uuid);
SELECT wdd.register_persons(ARRAY[3, 1, 2, 3, -9223372036854775808]);
SELECT wdd.register_persons(ARRAY[3, 1, 2, 3, -9223372036854775808]);
SELECT wdd.register_persons('{}'::bigint[]), wdd.register_persons('{b,a}'::text[]), wdd.register_persons('{x}'::varchar[], 'visitor');
SELECT wdd.register_persons('{00000000-0000-0000-0000-000000000002}'::uuid[]);
SELECT wdd.register_persons('[7:8][0:1]={{60,61},{60,62}}'::bigint[]);
SELECT k.name, count(key_integer), count(key_uuid), count(key_text)
FROM wdd.person JOIN wdd.subject_kind k USING (kind_id) GROUP BY k.name ORDER BY k.name;

\echo -- saying something
SELECT wdd.grant_consent(1, 'ads', policy_version => '2024-11-26', evidence => '{"screen": "registration"}');
SELECT wdd.withdraw_consent(1, 'ads', 'identity');
SELECT wdd.object_to('a', 'push', 'contact');
SELECT wdd.grant_consent('00000000-0000-0000-0000-000000000003'::uuid, 'ads', 'contact');
SELECT * FROM pg_temp.state();
\echo -- no means no, whichever word says it
SELECT wdd.object_to(4, 'ads'), wdd.withdraw_consent(4, 'push');
SELECT action FROM wdd.consent_history(4);
SELECT wdd.grant_consent(4, 'push');
\echo -- an answer for every category overwrites those for one
SELECT wdd.withdraw_consent(1, 'ads');
SELECT wdd.grant_consent(1, 'ads', 'contact');
SELECT * FROM pg_temp.state() WHERE key IN ('1', '4');
SELECT purpose, category, basis, permitted, since IS NULL, action, policy_version, recorded_by = session_user, recorded_as, evidence
FROM wdd.consents(1);
SELECT purpose, category, permitted, action FROM wdd.consents('nobody heard of');
SELECT purpose, category, permitted, action FROM wdd.consents('x', 'visitor') WHERE purpose = 'push';
SELECT event_id, recorded_at BETWEEN now() - interval '1 hour' AND clock_timestamp(), purpose, category, action, policy_version, evidence
FROM wdd.consent_history(1);
\echo -- what is told agrees with what the guard asks
SELECT s.subject, c.purpose, c.category, c.permitted = wdd.permitted(s.subject, c.purpose, c.category)
FROM (VALUES (1::bigint), (2), (4), (99)) AS s (subject), wdd.consents(s.subject) c ORDER BY 1, 2, 3 NULLS FIRST;

\echo -- many at once
SELECT wdd.grant_consent(ARRAY[12, 11, 11, 10]::bigint[], 'ads', evidence => '{"import": 1}');
SELECT wdd.withdraw_consent(ARRAY[11, 13], 'ads', 'contact');
SELECT wdd.object_to(ARRAY['x', 'y'], 'push', NULL, 'visitor');
SELECT wdd.grant_consent('{00000000-0000-0000-0000-000000000003}'::uuid[], 'ads');
SELECT wdd.grant_consent('{}'::bigint[], 'ads');
SELECT * FROM pg_temp.state() WHERE event > (SELECT max(event_id) FROM wdd.consent_history(1));
\echo -- every event is there once, and every state comes from the last that concerns it
SELECT count(*), count(DISTINCT event_id) FROM wdd.consent_event;
SELECT count(*) FROM wdd.consent_state s
WHERE s.event_id <> (SELECT max(e.event_id) FROM wdd.consent_event e
                     WHERE e.person_id = s.person_id AND e.purpose_id = s.purpose_id AND e.category_id IN (0, s.category_id))
   OR s.permitted <> (SELECT e.action = 'grant' FROM wdd.consent_event e WHERE e.event_id = s.event_id);

\echo -- who recorded it
CREATE ROLE regress_wdd_app;
SELECT wdd.grant_duty('record_consent', 'regress_wdd_app');
SET ROLE regress_wdd_app;
SELECT wdd.grant_consent(20, 'ads');
RESET ROLE;
SET SESSION AUTHORIZATION regress_wdd_app;
SELECT wdd.grant_consent(20, 'push');
RESET SESSION AUTHORIZATION;
SELECT purpose, recorded_by = session_user, recorded_as FROM wdd.consent_history(20);
SELECT recorded_by FROM wdd.consent_history(20) WHERE purpose = 'push';

\echo -- provision: consent of those who said nothing, to what needs it
CREATE FUNCTION pg_temp.ids(VARIADIC names text[]) RETURNS smallint[] LANGUAGE sql AS $$
    SELECT array_agg(purpose_id) FROM wdd.purpose WHERE name = ANY (names) $$;
SELECT wdd.record_provision(1::smallint, pg_temp.ids('ads', 'push', 'service'), 1::smallint, ARRAY[1, 4, 10, 11, 30, 30, 2]::bigint[]);
SELECT key, category, permitted FROM pg_temp.state() WHERE purpose = 'ads' AND key IN ('1', '4', '10', '11', '30', '2');
SELECT evidence FROM wdd.consent_history(30);
SELECT wdd.record_provision(1::smallint, pg_temp.ids('ads'), 1::smallint, ARRAY[30]::bigint[]),
       wdd.record_provision(1::smallint, pg_temp.ids('push'), 1::smallint, ARRAY[31]::bigint[]),
       wdd.record_provision(1::smallint, '{}', 1::smallint, ARRAY[31]::bigint[]),
       wdd.record_provision(1::smallint, pg_temp.ids('ads'), 1::smallint, ARRAY['b']),
       wdd.record_provision(1::smallint, pg_temp.ids('ads'), 2::smallint, ARRAY['00000000-0000-0000-0000-000000000004']::uuid[]);
SELECT count(*) FROM wdd.person WHERE key_integer = 31;

\echo -- bad input
SELECT statement || E'\n  ' || pg_temp.attempt(statement) FROM (VALUES
    (1, $$SELECT wdd.register_person(NULL::bigint)$$),
    (2, $$SELECT wdd.register_person(NULL)$$),
    (3, $$SELECT wdd.register_person('')$$),
    (4, $$SELECT wdd.register_person(5, NULL)$$),
    (5, $$SELECT wdd.register_person(5, 'nothing')$$),
    (6, $$SELECT wdd.register_person(1.5)$$),
    (7, $$SELECT wdd.register_person('1')$$),
    (8, $$SELECT wdd.register_person('00000000-0000-0000-0000-000000000001')$$),
    (9, $$SELECT wdd.register_persons(NULL::bigint[])$$),
    (10, $$SELECT wdd.register_persons(ARRAY[5, NULL])$$),
    (11, $$SELECT wdd.register_persons(ARRAY['q', ''])$$),
    (12, $$SELECT wdd.register_persons(ARRAY['q', '2'])$$),
    (13, $$SELECT wdd.record_provision(99::smallint, '{16}', 1::smallint, ARRAY[5]::bigint[])$$),
    (14, $$SELECT wdd.grant_consent(NULL::uuid, 'ads')$$),
    (15, $$SELECT wdd.grant_consent(5, NULL)$$),
    (16, $$SELECT wdd.grant_consent(5, '')$$),
    (17, $$SELECT wdd.grant_consent(5, 'nothing')$$),
    (18, $$SELECT wdd.grant_consent(5, 'ads', '')$$),
    (19, $$SELECT wdd.grant_consent(5, 'ads', 'nothing')$$),
    (20, $$SELECT wdd.grant_consent(5, 'ads', NULL, NULL)$$),
    (21, $$SELECT wdd.grant_consent(5, 'ads', NULL, 'nothing')$$),
    (22, $$SELECT wdd.grant_consent(5, 'ads', policy_version => '')$$),
    (23, $$SELECT wdd.grant_consent(5, 'ads', evidence => '{')$$),
    (24, $$SELECT wdd.grant_consent('1', 'ads')$$),
    (25, $$SELECT wdd.grant_consent(5, 'service')$$),
    (26, $$SELECT wdd.withdraw_consent(5, 'service')$$),
    (27, $$SELECT wdd.object_to(5, 'court')$$),
    (28, $$SELECT wdd.withdraw_consent(5, 'self')$$),
    (29, $$SELECT wdd.withdraw_consent(ARRAY[5, NULL], 'ads')$$),
    (30, $$SELECT wdd.withdraw_consent(NULL::text[], 'ads')$$),
    (31, $$SELECT wdd.withdraw_consent(ARRAY['ok', ''], 'ads')$$),
    (32, $$SELECT * FROM wdd.consents(NULL::bigint)$$),
    (33, $$SELECT * FROM wdd.consents('')$$),
    (34, $$SELECT * FROM wdd.consents(1, 'nothing')$$),
    (34.5, $$SELECT * FROM wdd.consents('1')$$),
    (35, $$SELECT * FROM wdd.consent_history(NULL)$$),
    (36, $$SELECT * FROM wdd.consent_history(1, NULL)$$),
    (37, $$SELECT wdd.record_provision(NULL, '{16}', 1::smallint, ARRAY[1]::bigint[])$$),
    (38, $$SELECT wdd.record_provision(1::smallint, '{16,NULL}', 1::smallint, ARRAY[1]::bigint[])$$),
    (39, $$SELECT wdd.record_provision(1::smallint, '{16}', 0::smallint, ARRAY[1]::bigint[])$$),
    (40, $$SELECT wdd.record_provision(1::smallint, '{16}', 1::smallint, ARRAY[NULL]::bigint[])$$)) AS v (n, statement) ORDER BY n;
SELECT left(pg_temp.attempt(format('SELECT %s', call)), 120)
FROM (VALUES (1, format('wdd.register_person(%L)', repeat('noise', 2000))),
             (2, format('wdd.register_persons(ARRAY[''q'', %L])', repeat('noise', 2000))),
             (3, format('wdd.grant_consent(5, %L)', repeat('noise', 2000))),
             (4, format('wdd.grant_consent(5, ''ads'', %L)', repeat('noise', 2000))),
             (5, format('wdd.grant_consent(5, ''ads'', NULL, %L)', repeat('noise', 2000))),
             (6, format('wdd.grant_consent(5, ''ads'', policy_version => %L)', repeat('noise', 2000)))) AS v (n, call) ORDER BY n;
-- nothing of it was half done
SELECT count(*) FROM wdd.person WHERE key_integer IN (5, 6, 7) OR key_text IN ('q', 'ok');
-- a text that is not how a number is written is a text
SELECT wdd.grant_consent('01', 'ads'), wdd.grant_consent('-', 'ads'), wdd.grant_consent('99999999999999999999', 'ads');
-- the longest key there can be; a large evidence
SELECT wdd.grant_consent(repeat('k', 2000), 'ads', evidence => to_jsonb(repeat('noise', 2000)));
SELECT length(evidence #>> '{}') FROM wdd.consent_history(repeat('k', 2000));

\echo -- a refused answer leaves the transaction as any error does
BEGIN;
SELECT wdd.grant_consent(50, 'ads');
SAVEPOINT s;
SELECT wdd.withdraw_consent(50, 'ads');
ROLLBACK TO s;
SELECT permitted FROM wdd.consents(50) WHERE purpose = 'ads';
ROLLBACK;
SELECT permitted FROM wdd.consents(50) WHERE purpose = 'ads';
SELECT count(*) FROM wdd.person WHERE key_integer = 50;

\echo -- how many permit
CREATE TABLE users (user_id bigint, phone text, name text);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id; purposes=service, ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, push; mask=phone';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.name IS 'category=identity; purposes=push, ads; if_not_listed=mask';
SELECT * FROM wdd.overview();
SELECT c.purpose, c.category, count(*) FILTER (WHERE wdd.permitted(n.key_integer, c.purpose, c.category))
     + (SELECT count(*) FILTER (WHERE wdd.permitted(n.key_text, c.purpose, c.category)) FROM wdd.person n WHERE kind_id = 1 AND key_text IS NOT NULL)
     + (SELECT count(*) FILTER (WHERE wdd.permitted(n.key_uuid, c.purpose, c.category)) FROM wdd.person n WHERE kind_id = 1 AND key_uuid IS NOT NULL)
FROM (VALUES ('ads', NULL), ('ads', 'contact'), ('push', 'contact'), ('push', 'identity'), ('ads', 'identity')) AS c (purpose, category),
     wdd.person n WHERE n.kind_id = 1 AND n.key_integer IS NOT NULL
GROUP BY c.purpose, c.category ORDER BY 1, 2 NULLS FIRST;

\echo -- who has no duty
SET ROLE regress_wdd_app;
SELECT statement || E'\n  ' || pg_temp.attempt(statement) FROM (VALUES
    (1, $$SELECT * FROM wdd.consents(1)$$),
    (2, $$SELECT * FROM wdd.consent_history(1)$$),
    (3, $$SELECT * FROM wdd.overview()$$),
    (4, $$SELECT wdd.record_provision(1::smallint, '{16}', 1::smallint, ARRAY[1]::bigint[])$$),
    (5, $$SELECT wdd.record_answers('grant', ARRAY[1]::bigint[], 'ads', NULL, 'account', NULL, NULL)$$),
    (6, $$SELECT * FROM wdd.consent_state$$),
    (7, $$SELECT * FROM wdd.consent_event$$),
    (8, $$SELECT * FROM wdd.person$$),
    (9, $$SELECT nextval('wdd.consent_event_event_id_seq')$$)) AS v (n, statement) ORDER BY n;
RESET ROLE;
\echo -- what a dropped purpose or category would leave behind cannot be recorded
SELECT wdd.drop_category('identity');
DROP TABLE users;
DROP EXTENSION wdd_privacy;
DROP ROLE regress_wdd_app;
