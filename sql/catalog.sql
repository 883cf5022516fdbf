-- Services, categories, subject kinds and purposes: adding, describing,
-- dropping, and what bad input gets.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;

-- Runs a statement and tells its SQLSTATE, with message, detail and hint.
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

-- a basis decides what silence means, who may refuse and when a case is needed
SELECT wdd.add_purpose(b, b) FROM unnest(ARRAY['consent', 'legitimate_interest', 'contract', 'vital_interest',
                                               'service_notice', 'legal_obligation', 'authority']) b;
SELECT purpose, basis, silence_permits, refusable, case_reference_required, aggregate_only, minimum_group
FROM wdd.purposes();
-- a case can be asked for on any basis; silence may be said again
SELECT wdd.add_purpose('dispute', 'contract', case_reference_required => true, silence_permits => true),
       wdd.add_purpose('visits', 'legitimate_interest', aggregate_only => true),
       wdd.add_purpose('heat_map', 'legitimate_interest', aggregate_only => true, minimum_group => 2,
                       description_zh => '城市热力图', description_en => 'Heat map of a city', clause => '6.4');
SELECT purpose, case_reference_required, aggregate_only, minimum_group, clause, description_en, description_zh
FROM wdd.purposes() WHERE purpose IN ('dispute', 'visits', 'heat_map');

-- services are a hierarchy; that they are not kept apart yet is told
SELECT wdd.add_service('platform'), wdd.add_service('shop', 'platform');
SELECT wdd.add_purpose('shop_orders', 'contract', service => 'shop');
SELECT purpose, service FROM wdd.purposes() WHERE service IS NOT NULL;
SELECT wdd.add_category('contact', description_en => 'How to reach a person'), wdd.add_category('identity', true), wdd.add_category('联系方式');
SELECT * FROM wdd.categories();
SELECT wdd.add_subject_kind('visitor');
SELECT kind_id, name, built_in FROM wdd.subject_kind ORDER BY kind_id;

\pset format unaligned
\pset tuples_only on
\echo -- purposes that are refused
SELECT statement || E'\n  ' || pg_temp.attempt(statement) FROM (VALUES
    (1, $$SELECT wdd.add_purpose(NULL, 'consent')$$),
    (2, $$SELECT wdd.add_purpose('p', NULL)$$),
    (3, $$SELECT wdd.add_purpose('p', '')$$),
    (4, $$SELECT wdd.add_purpose('p', 'built_in')$$),
    (5, $$SELECT wdd.add_purpose('p', 'Consent')$$),
    (6, $$SELECT wdd.add_purpose('p', 'consent', silence_permits => true)$$),
    (7, $$SELECT wdd.add_purpose('p', 'contract', silence_permits => false)$$),
    (8, $$SELECT wdd.add_purpose('p', 'authority', case_reference_required => false)$$),
    (9, $$SELECT wdd.add_purpose('p', 'consent', aggregate_only => NULL)$$),
    (10, $$SELECT wdd.add_purpose('p', 'consent', minimum_group => 10)$$),
    (11, $$SELECT wdd.add_purpose('p', 'consent', aggregate_only => true, minimum_group => 1)$$),
    (12, $$SELECT wdd.add_purpose('p', 'consent', aggregate_only => true, minimum_group => -2147483648)$$),
    (13, $$SELECT wdd.add_purpose('p', 'consent', service => 'nothing')$$),
    (14, $$SELECT wdd.add_purpose('p', 'consent', from_service => 'shop')$$),
    (15, $$SELECT wdd.add_purpose('consent', 'consent')$$),
    (16, $$SELECT wdd.add_purpose('self', 'contract')$$)) AS v (n, statement) ORDER BY n;
\echo -- names that are refused
SELECT what || ' ' || pg_temp.attempt(format('SELECT wdd.%I(%L)', 'add_' || what, name))
FROM (VALUES (1, 'service', ''), (2, 'category', NULL), (3, 'category', 'a b'), (4, 'category', 'a,b'), (5, 'category', 'a;b'),
             (6, 'category', 'a=b'), (7, 'subject_kind', 'a:b'), (8, 'service', E'a\tb'), (9, 'service', E'a\x7f'),
             (10, 'category', ' a'), (11, 'category', U&'\3000'), (12, 'category', U&'a\200Bb'), (13, 'category', repeat('x', 64)),
             (14, 'category', repeat('名', 22)), (15, 'category', repeat('noise ', 1700)), (16, 'category', repeat('x', 63)),
             (17, 'category', repeat('名', 21)), (18, 'category', 'contact'), (19, 'service', 'shop'), (20, 'subject_kind', 'device'))
     AS v (n, what, name) ORDER BY n;
\echo -- others
SELECT statement || E'\n  ' || pg_temp.attempt(statement) FROM (VALUES
    (1, $$SELECT wdd.add_category('c', NULL)$$),
    (2, $$SELECT wdd.add_service('s', 'nothing')$$),
    (3, $$SELECT wdd.add_service('s', '')$$),
    (4, $$SELECT wdd.describe('purpose', 'nothing', NULL, NULL, NULL)$$),
    (5, $$SELECT wdd.describe('purpose', NULL, NULL, NULL, NULL)$$),
    (6, $$SELECT wdd.describe(NULL, 'consent', NULL, NULL, NULL)$$),
    (7, $$SELECT wdd.describe('person', 'consent', NULL, NULL, NULL)$$)) AS v (n, statement) ORDER BY n;
SELECT wdd.describe('purpose', 'visits', '统计用户访问次数', 'Counting visits', '1.3.1');
SELECT clause, description_en, description_zh FROM wdd.purposes() WHERE purpose = 'visits';

\echo -- dropping: not what is built in, or in use
CREATE TABLE users (user_id bigint, phone text);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id; subject_kind=visitor; purposes=contract';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=vital_interest, contract';
SELECT wdd.grant_consent(1::bigint, 'consent', 'identity');
SELECT wdd.grant_purpose('dispute', session_user::regrole);
SELECT statement || E'\n  ' || pg_temp.attempt(statement) FROM (VALUES
    (1, $$SELECT wdd.drop_purpose('self')$$),
    (2, $$SELECT wdd.drop_purpose('nothing')$$),
    (3, $$SELECT wdd.drop_purpose(NULL)$$),
    (4, $$SELECT wdd.drop_purpose('consent')$$),
    (5, $$SELECT wdd.drop_purpose('dispute')$$),
    (6, $$SELECT wdd.drop_purpose('contract')$$),
    (7, $$SELECT wdd.drop_purpose('vital_interest')$$),
    (8, $$SELECT wdd.drop_category('identity')$$),
    (9, $$SELECT wdd.drop_category('contact')$$),
    (10, $$SELECT wdd.drop_category(NULL)$$),
    (11, $$SELECT wdd.drop_subject_kind('account')$$),
    (12, $$SELECT wdd.drop_subject_kind('visitor')$$),
    (13, $$SELECT wdd.drop_service('shop')$$),
    (14, $$SELECT wdd.drop_service('platform')$$),
    (15, $$SELECT wdd.drop_service(NULL)$$)) AS v (n, statement) ORDER BY n;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS NULL;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS NULL;
SELECT wdd.register_person(1::bigint, 'visitor') IS NOT NULL;
SELECT pg_temp.attempt($$SELECT wdd.drop_subject_kind('visitor')$$);
SELECT wdd.add_subject_kind('guest'), wdd.drop_subject_kind('guest');
SELECT wdd.drop_category('contact'), wdd.drop_purpose('vital_interest'), wdd.drop_purpose('shop_orders'),
       wdd.drop_service('shop'), wdd.drop_service('platform');
SELECT string_agg(purpose, ' ') FROM wdd.purposes();
SELECT string_agg(left(category, 8), ' ') FROM wdd.categories();

\echo -- the table itself keeps what a basis decides
SELECT pg_temp.attempt(format('INSERT INTO wdd.purpose (purpose_id, name, basis, silence_permits, refusable, case_reference_required, aggregate_only, minimum_group, built_in) VALUES (99, ''x'', %s)', row))
FROM (VALUES (1, $$'consent', true, true, false, false, NULL, false$$),
             (2, $$'contract', true, true, false, false, NULL, false$$),
             (3, $$'authority', true, false, false, false, NULL, false$$),
             (4, $$'contract', true, false, false, true, NULL, false$$),
             (5, $$'contract', true, false, false, true, 1, false$$),
             (6, $$'contract', true, false, false, false, 5, false$$),
             (7, $$'contract', true, false, false, false, NULL, true$$)) AS v (n, row) ORDER BY n;

\echo -- ids end somewhere
BEGIN;
UPDATE wdd.purpose SET purpose_id = 32767 WHERE name = 'visits';
SELECT pg_temp.attempt($$SELECT wdd.add_purpose('p', 'consent')$$);
ROLLBACK;
\echo -- who has no duty
CREATE ROLE regress_wdd_nobody;
SET ROLE regress_wdd_nobody;
SELECT statement || E'\n  ' || pg_temp.attempt(statement) FROM (VALUES
    (1, $$SELECT wdd.add_purpose('p', 'consent')$$),
    (2, $$SELECT wdd.add_category('p')$$),
    (3, $$SELECT wdd.add_service('p')$$),
    (4, $$SELECT wdd.add_subject_kind('p')$$),
    (5, $$SELECT wdd.describe('purpose', 'visits', NULL, NULL, NULL)$$),
    (6, $$SELECT wdd.drop_purpose('visits')$$),
    (7, $$SELECT wdd.next_id('wdd.purpose', 'purpose_id', 1)$$),
    (8, $$SELECT * FROM wdd.purpose$$)) AS v (n, statement) ORDER BY n;
SELECT count(*) FROM wdd.purposes() WHERE basis = 'consent';
SELECT count(*) FROM wdd.categories() WHERE sensitive;
RESET ROLE;
DROP ROLE regress_wdd_nobody;
DROP TABLE users;
DROP EXTENSION wdd_privacy;
