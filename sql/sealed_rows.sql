-- Sealed values belong to a person and a column: who opens them, from where, and
-- what of another row or column is refused.
-- Persons: 1 and 3 permit ads, 2 does not.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset null (null)
SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true);
SELECT wdd.add_purpose('ads', 'consent'), wdd.add_purpose('service', 'contract');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['ads', 'service', 'self', 'backup']) p;
SELECT wdd.grant_consent(ARRAY[1, 3]::bigint[], 'ads');
SELECT wdd.withdraw_consent(2::bigint, 'ads');
CREATE TABLE users (id integer PRIMARY KEY, user_id bigint, phone wdd.sealed_phone UNIQUE, spare wdd.sealed_phone,
    card wdd.sealed_id_card, numbers wdd.sealed_phone[], note wdd.sealed_text, city text);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.spare IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.numbers IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.card IS 'category=identity; purposes=ads, service; if_not_listed=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.note IS 'purposes=service';
SET wdd_privacy.purpose = 'service';
INSERT INTO users VALUES
    (1, 1, '138 0013 8001', '+8613900139001', '11010519491231002X', '{13800138001,NULL,+442079460958}', 'one', 'c1'),
    (2, 2, '13800138002', NULL, NULL, '{}', '', 'c2'),
    (3, 3, '13800138003', '13900139003', NULL, NULL, NULL, 'c1'),
    (4, NULL, '13800138004', NULL, NULL, NULL, 'nobody''s', 'c2');

\echo - what is shown is armour; what is revealed depends on purpose and person
SELECT id, left(phone::wdd.sealed_phone::varchar, 5) AS armour, left(numbers::varchar, 6) AS array, pg_column_size(phone) FROM users ORDER BY id;
SELECT id, wdd.reveal(phone), spare::text, card::text, numbers[3]::text, note::text, city FROM users ORDER BY id;
SELECT id, wdd.mask(phone, 'phone'), wdd.mask(card, 'id_card'), wdd.mask(note, 'full') FROM users ORDER BY id;
SET wdd_privacy.purpose = 'ads';
SELECT id, wdd.reveal(phone), spare::text FROM users ORDER BY id;
SELECT id, wdd.reveal(card) FROM users ORDER BY id;
SELECT id, wdd.reveal(note) FROM users;
RESET wdd_privacy.purpose;
SELECT wdd.reveal(phone) FROM users;
SELECT id, city FROM users ORDER BY id;
SET wdd_privacy.purpose = 'backup';
SELECT count(phone) FROM users;
SELECT wdd.reveal(phone) FROM users;
SELECT wdd.reveal(coalesce(phone, spare)) FROM users;

\echo - a value may come a longer way
SET wdd_privacy.purpose = 'service';
SELECT wdd.reveal(s.phone) FROM (SELECT phone FROM users ORDER BY id OFFSET 1) s;
WITH x AS MATERIALIZED (SELECT id, phone FROM users) SELECT id, wdd.reveal(phone) FROM x ORDER BY id;
SELECT a.id, wdd.reveal(coalesce(b.spare, a.phone)) FROM users a LEFT JOIN users b ON b.id = a.id ORDER BY 1;
SELECT wdd.reveal(p) FROM users, unnest(numbers) AS p WHERE id = 1;
SELECT id, (SELECT wdd.reveal(u.phone)) FROM users u ORDER BY id;
SELECT id, (SELECT wdd.reveal(o.phone) FROM users o WHERE o.phone = u.phone) FROM users u ORDER BY id;
SELECT wdd.reveal(max_by.phone) FROM (SELECT DISTINCT ON (city) city, phone FROM users ORDER BY city, id DESC) max_by ORDER BY 1;
SELECT wdd.reveal(phone) FROM (SELECT phone FROM users WHERE id = 1 UNION ALL SELECT spare FROM users WHERE id = 1) u;
DECLARE c CURSOR WITH HOLD FOR SELECT wdd.reveal(phone) FROM users ORDER BY id;
FETCH 1 FROM c;
CLOSE c;
CREATE FUNCTION opened(wdd.sealed_phone) RETURNS text LANGUAGE sql AS 'SELECT wdd.reveal($1)';
SELECT opened(phone) FROM users;
DO $$ DECLARE p text; s wdd.sealed_phone; BEGIN
    SELECT wdd.reveal(phone), phone INTO p, s FROM users WHERE id = 1;
    RAISE NOTICE '%', p;
    p := wdd.reveal(s);
END $$;
SELECT wdd.with_purpose('service', 'SELECT wdd.reveal(phone) AS phone FROM users WHERE id = $1', '1');

\echo - what is selected is opened after the sort, through views as well
SET wdd_privacy.purpose = 'service';
CREATE VIEW opened_rows WITH (security_invoker) AS SELECT id, wdd.reveal(phone) AS phone, card::text, wdd.mask(note, 'full') AS masked, numbers[1]::text AS number, city FROM users;
SELECT * FROM opened_rows ORDER BY city, id DESC;
SELECT phone || '?', o.card FROM (SELECT * FROM opened_rows WHERE id < 4) o ORDER BY city DESC, id LIMIT 2;
SELECT u.id, o.phone FROM users u LEFT JOIN opened_rows o ON o.id = u.id + 1 ORDER BY u.city, u.id;
SELECT u.id, o FROM users u LEFT JOIN opened_rows o ON o.id = u.id + 1 ORDER BY u.city, u.id;
SELECT DISTINCT ON (city) phone FROM opened_rows ORDER BY city, id;
SELECT phone, row_number() OVER (ORDER BY id DESC) FROM opened_rows ORDER BY city, phone;
SELECT id, (SELECT wdd.reveal(u.phone)) FROM users u ORDER BY city, id FOR UPDATE;
CREATE FUNCTION sorted_below(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
        RETURN NEXT (regexp_match(line, '^ *(->  )?(Result|Sort|Seq Scan)\M(?! Key)'))[2] || CASE WHEN line ~ '>' THEN ' below' ELSE '' END;
        RETURN NEXT (SELECT 'reveals by ' || string_agg(m[1], ', ') FROM regexp_matches(line, 'wdd\.(reveal_[a-z_]*)', 'g') m);
    END LOOP;
END $$;
SELECT line FROM sorted_below('SELECT wdd.reveal(phone), upper(note::text) FROM users ORDER BY city') line WHERE line IS NOT NULL;
SELECT line FROM sorted_below('SELECT phone, card FROM opened_rows ORDER BY city') line WHERE line IS NOT NULL;
DROP FUNCTION sorted_below;
SET wdd_privacy.purpose = 'ads';
SELECT id, phone, card FROM opened_rows ORDER BY city, id DESC;
DROP VIEW opened_rows;
RESET wdd_privacy.purpose;
SET wdd_privacy.purpose = 'service';

\echo - outside a table there is nothing to reveal, and nothing to compare
SELECT wdd.reveal('13800138001'::wdd.sealed_phone);
SELECT wdd.mask('13800138001'::wdd.sealed_phone, 'phone');
SELECT wdd.reveal('13800138001'::wdd.sealed_phone) FROM users;
SELECT wdd.reveal(coalesce(spare, '13800138001')) FROM users WHERE id = 2;
SELECT '13800138001'::wdd.sealed_phone = '13800138001'::wdd.sealed_phone;
SELECT '13800138001'::wdd.sealed_phone = '13800138001'::text;
SELECT count(wdd.sealed_phone_hash('13800138001')) FROM users;
SET ROLE pg_monitor;
SELECT wdd.sealed_phone_hash('13800138001');
SELECT wdd.sealed_phone_cmp('13800138001', '13800138001');
RESET ROLE;
SELECT wdd.reveal_row('q1/h2', phone, user_id) FROM users;
SELECT wdd.sealed_verified('q1/h2', phone, user_id) FROM users;
SELECT wdd.reveal_verified(phone) FROM users;
SELECT wdd.reveal_verified('13800138001'::wdd.sealed_phone);
SELECT wdd.seal_for_row('13800138001'::wdd.sealed_phone, 'users'::regclass, 1, 1::bigint);
SELECT wdd.open_for_row('13800138001'::wdd.sealed_phone, 'users'::regclass, 1, 1::bigint);

\echo - a value of another person, or of another column, is neither stored nor opened
SELECT phone AS phone_of_1, spare AS spare_of_1 FROM users WHERE id = 1 \gset
UPDATE users SET spare = :'phone_of_1' WHERE id = 1;
UPDATE users SET spare = :'spare_of_1' WHERE id = 2;
INSERT INTO users (id, user_id, spare) VALUES (9, 1, :'spare_of_1');
SELECT id, wdd.reveal(spare) FROM users WHERE user_id = 1 ORDER BY id;
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO users (id, user_id, spare) VALUES (10, 2, :'spare_of_1'), (11, 1, :'phone_of_1');
SELECT wdd.reveal(spare) FROM users WHERE id = 10;
ROLLBACK;
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO users (id, user_id, phone) VALUES (11, 1, :'spare_of_1');
SELECT wdd.reveal(phone) FROM users WHERE id = 11;
ROLLBACK;
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO users (id, user_id, spare) VALUES (11, 1, '13800138001');
ROLLBACK;
SELECT overlay(:'spare_of_1' placing CASE substr(:'spare_of_1', 100, 1) WHEN 'A' THEN 'B' ELSE 'A' END from 100) AS tampered \gset
UPDATE users SET spare = :'tampered' WHERE id = 1;

\echo - a row that changes hands
UPDATE users SET user_id = 5 WHERE id = 9;
SELECT id, user_id, wdd.reveal(spare) FROM users WHERE id = 9;
UPDATE users SET user_id = NULL WHERE id = 9;
SELECT id, user_id, wdd.reveal(spare) FROM users WHERE id = 9;
UPDATE users SET user_id = 1, numbers = '{13800138009}' WHERE id = 9;
SELECT id, user_id, wdd.reveal(spare), wdd.reveal(numbers[1]) FROM users WHERE id = 9;
UPDATE users SET user_id = NULL WHERE id = 9;
UPDATE users SET user_id = 5 WHERE id = 9;
SELECT id, user_id, wdd.reveal(spare), wdd.reveal(numbers[1]) FROM users WHERE id = 9;
DELETE FROM users WHERE id = 9;

\echo - what is written comes back sealed
INSERT INTO users (id, user_id, phone) VALUES (6, 6, '13800138006') RETURNING id, wdd.reveal(phone);
INSERT INTO users (id, user_id, phone) VALUES (7, 6, '13800138006') ON CONFLICT (phone) DO NOTHING;
INSERT INTO users (id, user_id, phone) VALUES (6, 6, '13800138066') ON CONFLICT (id) DO UPDATE SET phone = excluded.phone RETURNING wdd.reveal(phone);
INSERT INTO users (id, user_id, phone) VALUES (7, 6, '13800138066');
MERGE INTO users u USING (VALUES (6, '13800138067'), (7, '13800138068')) v (id, phone) ON u.id = v.id
    WHEN MATCHED THEN UPDATE SET phone = v.phone WHEN NOT MATCHED THEN INSERT (id, user_id, phone) VALUES (v.id, 7, v.phone);
SELECT id, wdd.reveal(phone) FROM users WHERE id IN (6, 7) ORDER BY id;
COPY users (id, user_id, phone, note) FROM stdin;
8	8	13800138008	from a file
\.
COPY users (id, user_id, phone) FROM stdin;
88	8	not a number
\.
SELECT id, wdd.reveal(phone), wdd.reveal(note) FROM users WHERE id = 8;
DELETE FROM users WHERE phone = '13800138008' RETURNING id, wdd.reveal(note);
UPDATE users SET note = 'two' WHERE phone = '13800138002' RETURNING id, note::text;
UPDATE users SET city = 'c3' WHERE id = 2 RETURNING id, wdd.reveal(phone), city;

\echo - keys that are rolled back, and keys that are gone
BEGIN;
INSERT INTO users (id, user_id, phone) VALUES (20, 20, '13800138020') RETURNING wdd.reveal(phone);
ROLLBACK;
INSERT INTO users (id, user_id, phone) VALUES (20, 20, '13800138020');
BEGIN;
SAVEPOINT s;
INSERT INTO users (id, user_id, phone) VALUES (21, 21, '13800138021');
ROLLBACK TO s;
INSERT INTO users (id, user_id, phone) VALUES (21, 21, '13800138022');
COMMIT;
SELECT id, wdd.reveal(phone) FROM users WHERE id > 19 ORDER BY id;
SELECT count(*) FROM wdd.data_key k JOIN wdd.person p USING (person_id) WHERE p.key_integer IN (20, 21);
BEGIN;
DELETE FROM wdd.person WHERE key_integer = 20;
SELECT wdd.reveal(phone) FROM users WHERE id = 20;
ROLLBACK;
SELECT wdd.reveal(phone) FROM users WHERE id = 20;
BEGIN ISOLATION LEVEL REPEATABLE READ;
DECLARE c CURSOR FOR SELECT id, wdd.reveal(phone) FROM users WHERE id > 19 ORDER BY id;
FETCH 1 FROM c;
DELETE FROM wdd.person WHERE key_integer = 21;
FETCH 1 FROM c;
COMMIT;
DELETE FROM wdd.person WHERE key_integer = 20;
SELECT wdd.reveal(phone) FROM users WHERE id = 20;
INSERT INTO users (id, user_id, phone) VALUES (22, 20, '13800138023');
SELECT wdd.reveal(phone) FROM users WHERE id = 22;
-- the registry was changed by hand
UPDATE wdd.person SET key_integer = 77 WHERE key_integer = 20;
INSERT INTO users (id, user_id, phone) VALUES (23, 77, '13800138024');
UPDATE wdd.person SET key_integer = 20 WHERE key_integer = 77;
UPDATE wdd.data_key SET wrapped = overlay(wrapped placing '\x00' from 40) WHERE person_id IN (SELECT person_id FROM wdd.person WHERE key_integer = 3);
\c
SET wdd_privacy.purpose = 'service';
SELECT wdd.reveal(phone) FROM users WHERE id = 3;

SET client_min_messages = warning;
DROP EXTENSION wdd_privacy CASCADE;
DROP TABLE users;
