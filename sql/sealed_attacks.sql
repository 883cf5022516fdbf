-- Ways past the guard of sealed values: each of these would show a value, find one
-- out by trying, or keep one where no person's key ends it.
-- Person 2 withdrew the consent for ads; 13800138002, t2 and geheim2 are that person's.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset null (null)
CREATE ROLE wdd_attack_owner;
CREATE SCHEMA attack AUTHORIZATION wdd_attack_owner;
SET search_path = attack, public;
SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true) \g /dev/null
SELECT wdd.add_purpose('ads', 'consent'), wdd.add_purpose('service', 'contract') \g /dev/null
SELECT wdd.grant_purpose(p, r::regrole)
    FROM unnest(ARRAY['ads', 'service', 'restore']) p, unnest(ARRAY[session_user::text, 'wdd_attack_owner']) r \g /dev/null
SELECT wdd.grant_consent(ARRAY[1, 3]::bigint[], 'ads') \g /dev/null
SELECT wdd.withdraw_consent(2::bigint, 'ads') \g /dev/null
SET ROLE wdd_attack_owner;
CREATE TABLE users (id integer PRIMARY KEY, user_id bigint, phone wdd.sealed_phone UNIQUE, spare wdd.sealed_phone,
    numbers wdd.sealed_phone[], note wdd.sealed_text, town wdd.sealed_text(searchable), city text);
RESET ROLE;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.spare IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.numbers IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.note IS 'purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.town IS 'purposes=service; if_not_listed=mask';
SET wdd_privacy.purpose = 'service';
INSERT INTO users VALUES
    (1, 1, '13800138001', '13900139001', '{13800138001,NULL}', 'one', 't1', 'c1'),
    (2, 2, '13800138002', NULL, NULL, 'geheim2', 't2', 'c2'),
    (3, 3, '13800138003', '13900139003', NULL, NULL, 't1', 'c1');
-- what a dump, or a file, tells of person 2
SELECT phone AS phone2, note AS note2 FROM users WHERE id = 2 \gset
SELECT atttypmod AS of_phone FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'phone' \gset
SET wdd_privacy.purpose = 'ads';

\echo - 1: the functions of ALTER TABLE, after it, in the same transaction
BEGIN;
SET LOCAL ROLE wdd_attack_owner;
ALTER TABLE users ALTER spare TYPE text USING wdd.reveal(spare);
SELECT wdd.open_for_row(:'phone2'::wdd.sealed_phone, 'users'::regclass, :of_phone, 2::bigint);
ROLLBACK;
\echo - 2: the same within the command, by the side of a conversion
BEGIN;
SET LOCAL ROLE wdd_attack_owner;
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
    RETURN wdd.open_for_row(current_setting('attack.phone2')::wdd.sealed_phone, 'users'::regclass, 1, 2::bigint); END $$;
SELECT set_config('attack.phone2', :'phone2', true) \g /dev/null
ALTER TABLE users ALTER spare TYPE text USING wdd.reveal(spare), ALTER city TYPE text USING peek();
ROLLBACK;
\echo - 3: sealing for another person by the same functions
BEGIN;
SET LOCAL ROLE wdd_attack_owner;
ALTER TABLE users ALTER spare TYPE wdd.sealed_phone(pad32);
SELECT wdd.seal_for_row('13800138002'::wdd.sealed_phone, 'users'::regclass, :of_phone, 1::bigint) IS NULL;
ROLLBACK;
\echo - 4: a column is made of another, of a function, of a domain that tells what it checks
BEGIN;
SET LOCAL ROLE wdd_attack_owner;
ALTER TABLE users ALTER phone TYPE wdd.sealed_phone USING spare;
ROLLBACK;
BEGIN;
SET LOCAL ROLE wdd_attack_owner;
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'LEAK %', $1; RETURN true; END $$;
CREATE DOMAIN shouting AS text CHECK (shout(VALUE));
SAVEPOINT s;
ALTER TABLE users ALTER phone TYPE shouting USING wdd.reveal(phone);
ROLLBACK TO s;
ALTER TABLE users ALTER note TYPE text USING wdd.reveal(note) || shout('x');
ROLLBACK TO s;
ALTER TABLE users ALTER note TYPE integer USING wdd.reveal(note)::integer;
ROLLBACK;

\echo - 5: a value from a dump opens in no statement, also beside one that opens
SELECT wdd.reveal(:'phone2'::wdd.sealed_phone);
SELECT wdd.reveal(:'phone2'::wdd.sealed_phone) FROM users;
\set VERBOSITY terse
SELECT wdd.reveal(:'note2'::wdd.sealed_text), wdd.reveal(coalesce(note)) FROM users;
SELECT wdd.reveal(CASE WHEN id = 1 THEN :'phone2'::wdd.sealed_phone ELSE phone END) FROM users;
SELECT wdd.reveal(x) FROM (SELECT phone AS x FROM users UNION ALL SELECT :'phone2'::wdd.sealed_phone) u;
SELECT wdd.reveal((json_populate_record(u, json_build_object('phone', :'phone2'))).phone) FROM users u;
\echo - 6: bytes that say that they have been verified
CREATE CAST (bytea AS wdd.sealed_phone) WITHOUT FUNCTION;
CREATE CAST (wdd.sealed_phone AS bytea) WITHOUT FUNCTION;
CREATE CAST (wdd.sealed_text AS wdd.sealed_phone) WITHOUT FUNCTION;
SELECT ('wdd1:' || translate(encode(set_byte(decode(substr(:'phone2', 6), 'base64'), 1, 129), 'base64'), E'\n', ''))::wdd.sealed_phone;
\echo - 7: functions of the guard by other names: operators, casts, aggregates
CREATE OPERATOR attack.!!! (RIGHTARG = wdd.sealed_phone, FUNCTION = wdd.reveal_verified);
SELECT !!! phone FROM users;
SELECT !!! :'phone2'::wdd.sealed_phone, wdd.reveal(coalesce(phone)) FROM users;
CREATE OPERATOR attack.!!!! (RIGHTARG = wdd.sealed_phone, FUNCTION = wdd.reveal);
SELECT !!!! phone FROM users;
CREATE AGGREGATE attack.opened (wdd.sealed_phone, bigint) (SFUNC = wdd.reveal_row, STYPE = text, INITCOND = 'q');
SELECT attack.opened(phone, user_id) FROM users;
BEGIN;
CREATE CAST (wdd.sealed_phone AS varchar) WITH FUNCTION wdd.reveal_verified(wdd.sealed_phone);
SELECT phone::varchar, wdd.reveal(coalesce(phone)) FROM users;
ROLLBACK;

\echo - 8: rows of who withdrew, by every shape
SELECT wdd.reveal(phone) FROM users WHERE id = 2;
SELECT wdd.reveal((u).phone) FROM users u ORDER BY id;
SELECT wdd.reveal((r).phone) FROM (SELECT ROW(u.*)::users r FROM users u) x ORDER BY 1;
SELECT wdd.reveal(x) FROM (SELECT unnest(array_agg(phone)) x FROM users) y ORDER BY 1;
SELECT wdd.reveal(x.p) FROM users u, LATERAL (VALUES (u.phone)) x(p) ORDER BY 1;
SELECT wdd.reveal(first_value(phone) OVER (ORDER BY id = 2 DESC, id)) FROM users;
WITH RECURSIVE r AS (SELECT phone, 1 n FROM users UNION ALL SELECT phone, n + 1 FROM r WHERE n < 2)
    SELECT wdd.reveal(phone), n FROM r ORDER BY 1, 2;
SELECT wdd.reveal(phone) FROM users NATURAL FULL JOIN (SELECT 2 AS id) v ORDER BY 1;
SELECT id, (SELECT wdd.reveal(o.phone) FROM users o WHERE o.id = 2) FROM users ORDER BY 1;
SELECT id, wdd.reveal(town), town = 't2' AS guess, wdd.mask(town, 'full') FROM users ORDER BY 1;
\echo - 9: RETURNING and SET of who withdrew
UPDATE users SET city = 'x' WHERE id = 2 RETURNING wdd.reveal(phone);
DELETE FROM users WHERE id = 2 RETURNING wdd.reveal(phone);
UPDATE users SET city = wdd.reveal(phone) WHERE id = 2;
INSERT INTO users VALUES (2, 2) ON CONFLICT (id) DO UPDATE SET city = wdd.reveal(users.phone) RETURNING city;
INSERT INTO users VALUES (2, 2) ON CONFLICT (id) DO UPDATE SET spare = users.phone RETURNING wdd.reveal(users.spare);
MERGE INTO users u USING users s ON s.id = 2 AND u.id = 1 WHEN MATCHED THEN UPDATE SET phone = s.phone;
\echo - 10: a hidden row is given to who permits
UPDATE users SET user_id = 1 WHERE id = 2 RETURNING wdd.reveal(phone);
INSERT INTO users (id, user_id, note) SELECT 20, 1, note FROM users WHERE id = 2;
INSERT INTO users (id, user_id, phone) VALUES (20, 1, :'phone2');
UPDATE users SET spare = :'phone2' WHERE id = 2;
\echo - 11: the purpose of before in a prepared statement, a cursor, a variable
PREPARE p AS SELECT id, wdd.reveal(phone) FROM users ORDER BY id;
SET wdd_privacy.purpose = 'service';
EXECUTE p;
SET wdd_privacy.purpose = 'ads';
EXECUTE p;
RESET wdd_privacy.purpose;
EXECUTE p;
DEALLOCATE p;
DO $$ DECLARE s wdd.sealed_phone; t text; BEGIN
    PERFORM set_config('wdd_privacy.purpose', 'service', true);
    SELECT phone, wdd.reveal(coalesce(phone)) INTO s, t FROM users WHERE id = 1;
    PERFORM set_config('wdd_privacy.purpose', '', true);
    RAISE NOTICE 'LEAK %', wdd.reveal(s);
END $$;

\echo - 12: finding out by trying, without a purpose: every function that compares
SELECT :'phone2'::wdd.sealed_phone = '13800138002';
SELECT :'phone2'::wdd.sealed_phone = '13800138002'::text;
SELECT :'phone2'::wdd.sealed_phone < '13800138002';
SELECT :'phone2'::wdd.sealed_phone IS DISTINCT FROM '13800138002';
SELECT nullif(:'phone2'::wdd.sealed_phone, '13800138002');
SELECT greatest(:'phone2'::wdd.sealed_phone, '13800138002') IS NULL;
SELECT :'phone2'::wdd.sealed_phone IN ('13800138002', '13800138003');
SELECT CASE :'phone2'::wdd.sealed_phone WHEN '13800138002' THEN 1 END;
SELECT ARRAY[:'phone2'::wdd.sealed_phone] = ARRAY['13800138002'::wdd.sealed_phone];
SELECT ARRAY[:'phone2'::wdd.sealed_phone] @> ARRAY['13800138002'::wdd.sealed_phone];
SELECT array_position(ARRAY[:'phone2'::wdd.sealed_phone], '13800138002');
SELECT width_bucket(:'phone2'::wdd.sealed_phone, ARRAY['13800138002']::wdd.sealed_phone[]);
SELECT ROW(:'phone2'::wdd.sealed_phone) = ROW('13800138002'::wdd.sealed_phone);
SELECT count(DISTINCT x) FROM (VALUES (:'phone2'::wdd.sealed_phone), ('13800138002')) v(x);
SELECT count(*) FROM (SELECT x FROM (VALUES (:'phone2'::wdd.sealed_phone), ('13800138002')) v(x) GROUP BY x) g;
SELECT x IS NULL FROM (VALUES (:'phone2'::wdd.sealed_phone), ('13800138002')) v(x) ORDER BY x;
SELECT count(*) FROM (SELECT :'phone2'::wdd.sealed_phone INTERSECT SELECT '13800138002') i;
SELECT count(*) FROM (VALUES (:'phone2'::wdd.sealed_phone)) a(x) JOIN (VALUES ('13800138002'::text)) b(y) ON x = y;
SELECT hash_array(ARRAY['13800138002'::wdd.sealed_phone]);
SELECT hash_record(ROW('13800138002'::wdd.sealed_phone));
SELECT wdd.sealed_phone_eq_text(:'phone2', '13800138002');
SELECT wdd.sealed_phone_hash('13800138002');
\echo - 13: an own table to compare with
CREATE TEMPORARY TABLE guesses (x wdd.sealed_phone UNIQUE);
INSERT INTO guesses VALUES ('13800138002');
INSERT INTO guesses VALUES (:'phone2');
CREATE TEMPORARY TABLE texts (x text);
INSERT INTO texts VALUES ('13800138002');
SELECT count(*) FROM texts WHERE x = :'phone2'::wdd.sealed_phone;
CREATE INDEX ON users (id) WHERE phone = '13800138002';

\echo - 14: values within other values would lie there as plaintext became them
\set VERBOSITY default
CREATE TABLE of_rows (id integer, r users);
\set VERBOSITY terse
CREATE TABLE of_rows (id integer, r users[]);
CREATE DOMAIN of_users AS users;
CREATE TABLE of_rows (id integer, r of_users);
CREATE TABLE of_rows AS SELECT ROW(1, 1, '13800138000', NULL, NULL, 'secret', 't', 'c')::users AS r;
CREATE MATERIALIZED VIEW of_rows AS SELECT ROW(1, 1, '13800138000', NULL, NULL, 'secret', 't', 'c')::users AS r;
CREATE TABLE of_rows (id integer);
ALTER TABLE of_rows ADD COLUMN r users;
CREATE TABLE not_yet (id integer, t text);
CREATE TABLE of_not_yet (r not_yet);
ALTER TABLE not_yet ADD COLUMN phone wdd.sealed_phone;
\echo - 15: composite types and ranges, with numbers of columns, arrays, domains
CREATE TYPE composed AS (a wdd.sealed_phone(7));
CREATE TYPE composed AS (a wdd.sealed_phone[]);
CREATE DOMAIN a_phone AS wdd.sealed_phone;
CREATE TYPE composed AS (a a_phone);
CREATE TYPE composed AS (a text);
ALTER TYPE composed ADD ATTRIBUTE b wdd.sealed_phone;
ALTER TYPE composed ADD ATTRIBUTE b wdd.sealed_phone(9);
ALTER TYPE composed ALTER ATTRIBUTE a TYPE wdd.sealed_text;
CREATE TYPE ranging AS RANGE (SUBTYPE = a_phone);
\echo - 16: results of queries, constants in the catalog, generated columns
CREATE TABLE made AS SELECT '13800138000'::wdd.sealed_phone AS x;
CREATE TABLE made AS SELECT ARRAY['13800138000'::wdd.sealed_phone] AS x;
CREATE MATERIALIZED VIEW made AS SELECT phone FROM users;
ALTER TABLE users ADD COLUMN extra wdd.sealed_text DEFAULT 'x';
CREATE VIEW made AS SELECT id FROM users WHERE phone = '13800138000';
\set VERBOSITY default
CREATE TABLE made (id integer, p wdd.sealed_phone, c wdd.sealed_phone GENERATED ALWAYS AS (p) STORED);
CREATE CAST (wdd.sealed_phone AS bytea) WITHOUT FUNCTION;
\set VERBOSITY terse
\echo - 17: what ANALYZE keeps
CREATE STATISTICS kept (mcv) ON city, (coalesce(phone, spare)) FROM users;
CREATE STATISTICS kept ON (ARRAY[phone]) FROM users;
SET wdd_privacy.purpose = 'service';
INSERT INTO users (id, user_id, numbers) SELECT i, i, ARRAY['13800138009']::wdd.sealed_phone[] FROM generate_series(10, 60) i;
ANALYZE users;
SELECT count(*) FROM pg_type WHERE typname ~ '^_?sealed_' AND typnamespace = 'wdd'::regnamespace
    AND typanalyze IS DISTINCT FROM 'wdd.sealed_typanalyze'::regproc AND typcategory IN ('A', 'U');
SELECT count(*) FROM users WHERE '13800138009' = ANY (numbers);
SELECT count(*) FROM users WHERE numbers @> ARRAY['13800138009']::wdd.sealed_phone[];
SET enable_seqscan = off;
CREATE INDEX users_numbers ON users USING gin (numbers);
SELECT count(*) FROM users WHERE numbers @> ARRAY['13800138009']::wdd.sealed_phone[];
RESET enable_seqscan;

\echo - 18: trigger and constraint
ALTER TABLE users DROP CONSTRAINT wdd_sealed_note;
ALTER TABLE users DISABLE TRIGGER ALL;
INSERT INTO users (id, user_id, note) VALUES (201, 1, 'plain');
INSERT INTO users (id, user_id, spare) VALUES (201, 1, :'phone2');
SELECT wdd.reveal(spare) FROM users WHERE id = 201;
ALTER TABLE users ENABLE TRIGGER ALL;
DELETE FROM users WHERE id = 201;
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO users (id, user_id, note) VALUES (201, 1, 'plain');
ROLLBACK;
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE users SET user_id = 1 WHERE id = 2;
SELECT wdd.reveal(phone) FROM users WHERE id = 2;
ROLLBACK;
\echo - 19: restore stores as it is, and opens nothing
BEGIN;
SET LOCAL wdd_privacy.purpose = 'restore';
SELECT wdd.reveal(phone) FROM users WHERE id = 2;
ROLLBACK;
BEGIN;
SET LOCAL wdd_privacy.purpose = 'restore';
INSERT INTO users (id, user_id, spare) VALUES (202, 1, '13800138002');
ROLLBACK;
\echo - 20: names that are looked up: schema, search_path, functions of the same name
ALTER SCHEMA wdd RENAME TO other;
SELECT other.reveal(phone) FROM users WHERE id = 1;
UPDATE users SET phone = '13800138011' WHERE id = 1 RETURNING other.reveal(phone);
ALTER SCHEMA other RENAME TO wdd;
BEGIN;
CREATE FUNCTION attack.reveal(wdd.sealed_phone) RETURNS text LANGUAGE sql AS 'SELECT $1::varchar::text';
SELECT left(attack.reveal(phone), 5) FROM users WHERE id = 1;
ROLLBACK;
BEGIN;
ALTER FUNCTION wdd.reveal_verified(wdd.sealed_phone) RENAME TO opened;
SELECT wdd.opened(phone) FROM users;
ROLLBACK;
\echo - 21: the functions, called as nothing calls them
SELECT wdd.sealed_phone_in('13800138001', 25, -1);
SELECT wdd.sealed_phone_in('13800138001', 0, -1);
SELECT wdd.sealed_phone_in(NULL, NULL, NULL);
SELECT wdd.reveal(wdd.sealed_phone_in('13800138001', 'wdd.sealed_text'::regtype, -1));
INSERT INTO users (id, user_id, phone) VALUES (203, 1, wdd.sealed_phone_in('x', 'wdd.sealed_text'::regtype, -1));
SELECT wdd.sealed_is_bound(1);
SELECT wdd.sealed_phone_typmod_in('{1,NULL}'::cstring[]);
SELECT wdd.sealed_typmod_out(-5), wdd.sealed_typmod_out(2147483647), wdd.sealed_typmod_out(-2147483648);
SELECT wdd.seal_row();
BEGIN;
CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION wdd.seal_row();
INSERT INTO users (id) VALUES (204);
ROLLBACK;
BEGIN;
CREATE VIEW through AS SELECT id, phone FROM users;
CREATE TRIGGER t INSTEAD OF INSERT ON through FOR EACH ROW EXECUTE FUNCTION wdd.seal_row();
INSERT INTO through VALUES (205, '13800138005');
ROLLBACK;

\echo - what is right is not refused: copies of a value without token are equal
SELECT count(*) FROM users u JOIN (SELECT note FROM users OFFSET 0) s ON u.note = s.note;
SELECT count(*), min(wdd.reveal(s.note)) FROM users u JOIN (SELECT note FROM users OFFSET 0) s ON u.note = s.note;
\echo - nor are arrays of domains
CREATE TABLE of_domain (id integer, user_id bigint, p a_phone, q a_phone[]);
SECURITY LABEL FOR wdd_privacy ON TABLE of_domain IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN of_domain.p IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN of_domain.q IS 'purposes=service';
INSERT INTO of_domain VALUES (1, 1, '13800138001', '{13800138002}');
SELECT wdd.reveal(p), wdd.reveal(q[1]) FROM of_domain;
UPDATE of_domain SET q[2] = '13800138003';
SELECT wdd.reveal(q[1]), wdd.reveal(q[2]) FROM of_domain;

RESET wdd_privacy.purpose;
SET client_min_messages = warning;
DROP SCHEMA attack CASCADE;
DROP EXTENSION wdd_privacy CASCADE;
DROP ROLE wdd_attack_owner;
