-- Writing: what the error messages, ON CONFLICT, RETURNING and computed columns
-- would give away.
-- Persons: 1, 2 and 3 permit ads, 4 to 6 never said anything; 1 and 4 object to push.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset format unaligned
\pset null (null)
SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true);
SELECT wdd.add_purpose('service', 'contract'), wdd.add_purpose('ads', 'consent'), wdd.add_purpose('push', 'legitimate_interest');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'ads', 'push', 'self', 'backup']) p;
SELECT wdd.grant_consent(ARRAY[1, 2, 3]::bigint[], 'ads');
SELECT wdd.object_to(ARRAY[1, 4]::bigint[], 'push');
CREATE TABLE users (user_id bigint PRIMARY KEY, name text, phone text, id_card text, city text);
CREATE TABLE orders (order_id integer PRIMARY KEY, user_id bigint REFERENCES users, amount integer);
INSERT INTO users SELECT i, 'Name' || i, '1380000000' || i, '11010119900101100' || i, 'C' || i % 2 FROM generate_series(1, 6) i;
INSERT INTO orders SELECT i, i % 6 + 1, i * 10 FROM generate_series(1, 9) i;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.name IS 'category=contact; purposes=service; if_not_listed=mask; mask=name';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service, ads, push';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.id_card IS 'category=identity; purposes=service, ads; mask=id_card';

SET wdd_privacy.purpose = 'ads';
\echo - ON CONFLICT: RETURNING masks and raises as everywhere
INSERT INTO users (user_id, city) VALUES (1, 'n') ON CONFLICT (user_id) DO UPDATE SET city = 'up' RETURNING *;
INSERT INTO users (user_id, city) VALUES (4, 'n') ON CONFLICT (user_id) DO UPDATE SET city = 'up' RETURNING user_id, id_card, name;
INSERT INTO users (user_id, city) VALUES (4, 'n') ON CONFLICT (user_id) DO UPDATE SET city = 'up' RETURNING user_id, phone;
INSERT INTO users (user_id, city) VALUES (4, 'n') ON CONFLICT (user_id) DO UPDATE SET city = 'up' WHERE users.id_card > '';
INSERT INTO users AS t (user_id, city) VALUES (4, 'n') ON CONFLICT (user_id) DO UPDATE SET city = coalesce(t.phone, '');
INSERT INTO users (user_id, phone) VALUES (4, 'n') ON CONFLICT DO NOTHING;
INSERT INTO users (user_id, phone) VALUES (1, 'n') ON CONFLICT DO NOTHING RETURNING user_id;
INSERT INTO users (user_id, phone) VALUES (1, 'n') ON CONFLICT (user_id) DO UPDATE SET phone = excluded.phone RETURNING phone;

\echo - RETURNING masks, and raises where a row would be hidden
UPDATE users SET city = 'c' WHERE user_id = 4 RETURNING id_card, name;
UPDATE users SET city = 'c' WHERE user_id = 4 RETURNING phone;
WITH u AS (UPDATE users SET city = 'c' RETURNING user_id) SELECT count(*) FROM u;
WITH u AS (UPDATE users SET city = 'c' RETURNING *) SELECT count(*) FROM u;
UPDATE users u SET city = 'j' FROM users v WHERE v.user_id = u.user_id AND u.user_id < 6 AND v.user_id > 1 AND v.user_id IN (3, 4) AND u.city < 'z' RETURNING v.id_card IS NOT NULL AS has_id_card;
UPDATE users SET (city, phone) = (SELECT 'q', phone FROM users WHERE user_id = 4) WHERE user_id = 2 RETURNING user_id, phone;

\echo - SET and WHERE
UPDATE users SET city = 'seen' WHERE phone LIKE '%';
SELECT user_id FROM users WHERE city = 'seen' ORDER BY 1;
UPDATE users SET city = phone WHERE user_id = 4;
UPDATE users SET city = name WHERE user_id = 3;
UPDATE users SET user_id = user_id, city = 'same' WHERE user_id = 4 RETURNING user_id;

\echo - constraints raise before or after a check: they show no value of a labelled column
ALTER TABLE users ADD CONSTRAINT good_city CHECK (city <> 'bad');
UPDATE users SET city = 'n' WHERE city IS NULL;
ALTER TABLE users ALTER city SET NOT NULL;
CREATE UNIQUE INDEX users_phone ON users (phone);
UPDATE users SET city = 'bad' WHERE user_id = 4;
UPDATE users SET city = NULL WHERE user_id = 5;
UPDATE users SET phone = '13800000004' WHERE user_id = 3;
INSERT INTO users (user_id, city) VALUES (4, 'x');
DELETE FROM users WHERE user_id = 5;
INSERT INTO orders VALUES (99, 99, 9);
INSERT INTO orders VALUES (1, 1, 9);
CREATE VIEW checked AS SELECT user_id, city FROM users WHERE city > 'a' WITH CHECK OPTION;
UPDATE checked SET city = '0' WHERE user_id = 4;
COPY users (user_id, city) FROM stdin;
50	bad
\.
CREATE UNIQUE INDEX ON users (left(id_card, 17));
ALTER TABLE users ADD EXCLUDE (left(id_card, 17) WITH =);
DO $$
DECLARE
    shown text;
BEGIN
    UPDATE users SET city = 'bad' WHERE user_id = 4;
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS shown = PG_EXCEPTION_DETAIL;
    RAISE NOTICE '%', shown;
END $$;
DROP VIEW checked;

\echo - generated columns are as protected as what they are made of
ALTER TABLE users ADD COLUMN phone_end text GENERATED ALWAYS AS (right(phone, 2)) STORED,
    ADD COLUMN contact text GENERATED ALWAYS AS (phone || id_card) STORED,
    ADD COLUMN place text GENERATED ALWAYS AS ('in ' || city) STORED;
SELECT phone_end FROM users ORDER BY 1;
SELECT count(*) FROM users WHERE phone_end = '04';
SELECT contact FROM users;
SELECT place FROM users ORDER BY 1 LIMIT 1;
UPDATE users SET city = 'gen' WHERE user_id = 4 RETURNING user_id, place;
UPDATE users SET city = 'gen' WHERE user_id = 4 RETURNING user_id, phone_end;
RESET wdd_privacy.purpose;
SELECT phone_end FROM users;
SELECT place FROM users WHERE user_id = 4;
ALTER TABLE users DROP COLUMN phone_end, DROP COLUMN contact, DROP COLUMN place;
CREATE TABLE computed (user_id bigint, a text, b text GENERATED ALWAYS AS (upper(a)) STORED);
SECURITY LABEL FOR wdd_privacy ON TABLE computed IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN computed.b IS 'category=contact; purposes=service';
COPY computed FROM stdin;
1	x
\.
SELECT b FROM computed;
SET wdd_privacy.purpose = 'service';
SELECT * FROM computed;
COPY computed TO stdout;
DROP TABLE computed;

\echo - ALTER TABLE computes no column from a labelled one
ALTER TABLE users ALTER city TYPE text USING phone;
ALTER TABLE users ALTER city TYPE text USING (users.*)::text;
ALTER TABLE users ALTER city TYPE varchar USING left(city, 5), ALTER phone TYPE varchar(20) USING trim(phone);
RESET wdd_privacy.purpose;
SELECT phone FROM users;
SELECT city FROM users WHERE user_id = 1;

\echo - what a trigger does while a foreign key cascades is no part of the foreign key
CREATE TABLE above (id integer PRIMARY KEY);
CREATE TABLE below (id integer REFERENCES above ON DELETE CASCADE, what text);
INSERT INTO above SELECT generate_series(1, 5);
INSERT INTO below VALUES (1, 'insert'), (2, 'select'), (3, 'update'), (4, 'delete'), (5, 'count');
CREATE FUNCTION on_cascade() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted text := '13800000004';
BEGIN
    CASE OLD.what
        WHEN 'insert' THEN INSERT INTO users (user_id, phone) VALUES (88, 'smuggled');
        WHEN 'select' THEN PERFORM 1 FROM users WHERE phone = wanted FOR KEY SHARE; RAISE NOTICE 'found: %', FOUND;
        WHEN 'update' THEN UPDATE users SET phone = wanted || '0' WHERE user_id = 6;
        WHEN 'delete' THEN DELETE FROM users WHERE phone = wanted; RAISE NOTICE 'found: %', FOUND;
        WHEN 'count' THEN PERFORM 1 FROM users WHERE user_id = 4; RAISE NOTICE 'found: %', FOUND;
    END CASE;
    RETURN OLD;
END $$;
CREATE TRIGGER on_cascade BEFORE DELETE ON below FOR EACH ROW EXECUTE FUNCTION on_cascade();
SET wdd_privacy.purpose = 'ads';
DELETE FROM above WHERE id = 1;
DELETE FROM above WHERE id = 2;
DELETE FROM above WHERE id = 3;
DELETE FROM above WHERE id = 4;
DELETE FROM above WHERE id = 5;
SELECT what FROM below ORDER BY 1;
DROP TABLE below, above;
DROP FUNCTION on_cascade();
RESET wdd_privacy.purpose;

\echo - MERGE
CREATE TABLE source (id bigint, p text);
INSERT INTO source VALUES (1, 's1'), (4, 's4'), (99, NULL);
SET wdd_privacy.purpose = 'ads';
MERGE INTO users u USING source s ON u.user_id = s.id WHEN MATCHED THEN UPDATE SET city = 'm' WHEN NOT MATCHED THEN INSERT (user_id, city) VALUES (s.id, 'mi');
MERGE INTO users u USING source s ON u.user_id = s.id AND u.phone IS NOT NULL WHEN MATCHED THEN UPDATE SET city = 'm2' WHEN NOT MATCHED THEN DO NOTHING;
SELECT user_id, city FROM users WHERE user_id IN (1, 4, 99) ORDER BY 1;
MERGE INTO users u USING source s ON u.user_id = s.id WHEN MATCHED THEN UPDATE SET phone = s.p;
MERGE INTO users u USING source s ON u.user_id = s.id WHEN MATCHED AND u.phone > '' THEN UPDATE SET city = 'x';
MERGE INTO users u USING source s ON u.user_id = s.id WHEN MATCHED AND u.id_card > '' THEN UPDATE SET city = 'x';
MERGE INTO users u USING source s ON u.user_id = s.id WHEN MATCHED THEN UPDATE SET city = u.phone;
MERGE INTO source s USING users u ON u.user_id = s.id WHEN MATCHED THEN UPDATE SET p = u.phone;
SELECT * FROM source ORDER BY id;
MERGE INTO source s USING users u ON u.user_id = s.id WHEN MATCHED THEN UPDATE SET p = u.id_card;
DROP TABLE source;

RESET wdd_privacy.purpose;
DROP TABLE orders, users;
DROP EXTENSION wdd_privacy;
