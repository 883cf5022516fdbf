-- Writing: storing a value is a use of its column, for the person of the new
-- row; WHERE hides rows, everything else about the written row raises.
-- Persons: 1 and 3 permit ads, 2 does not.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset null (null)
SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true);
SELECT wdd.add_purpose('ads', 'consent'), wdd.add_purpose('service', 'contract');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['ads', 'service', 'self', 'restore', 'backup']) p;
SELECT wdd.grant_consent(ARRAY[1, 3]::bigint[], 'ads'), wdd.withdraw_consent(2::bigint, 'ads');
CREATE TABLE users (id integer PRIMARY KEY, user_id bigint, phone text DEFAULT 'none', id_card text, city text, updated integer DEFAULT 0);
CREATE TABLE source (id integer, phone text);
INSERT INTO users SELECT i, i, '13800000' || i, '11010119900307' || i, 'c' FROM generate_series(1, 3) i;
INSERT INTO source VALUES (1, 'one'), (2, 'two'), (4, 'four');
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.id_card IS 'category=identity; purposes=ads; mask=id_card; if_not_listed=mask';

\echo - without a purpose: NULL, defaults and unlabelled columns
INSERT INTO users (id, user_id, phone) VALUES (4, 4, '138000004');
INSERT INTO users (id, user_id, city) VALUES (4, 4, 'c') RETURNING id, city;
INSERT INTO users (id, user_id, phone, id_card) VALUES (5, 5, DEFAULT, NULL), (6, 6, NULL, NULL);
INSERT INTO users (id, user_id) VALUES (7, 7) RETURNING phone;
UPDATE users SET city = 'd', updated = updated + 1 WHERE id = 1 RETURNING id, city;
UPDATE users SET phone = NULL WHERE id = 6;
UPDATE users SET phone = DEFAULT WHERE id = 6;
UPDATE users SET phone = 'x' WHERE id = 6;
UPDATE users SET city = phone WHERE id = 6;
UPDATE users SET city = 'e' WHERE phone = '138000001';
DELETE FROM users WHERE id = 6 RETURNING id;
DELETE FROM users WHERE id = 5 RETURNING phone;
DELETE FROM users WHERE id > 3;

\echo - ads: INSERT
SET wdd_privacy.purpose = 'ads';
INSERT INTO users (id, user_id, phone) VALUES (11, 1, 'a') RETURNING id, phone, id_card;
INSERT INTO users (id, user_id, phone) VALUES (12, 2, 'b');
INSERT INTO users (id, user_id, phone) VALUES (13, NULL, 'c');
INSERT INTO users (id, user_id, phone) VALUES (12, 2, NULL) RETURNING id, phone, id_card;
INSERT INTO users (id, user_id, phone) SELECT id + 20, id, phone FROM source WHERE id < 2 RETURNING id, phone;
INSERT INTO users (id, user_id, phone) SELECT id + 20, id, phone FROM source;
PREPARE ins(bigint, text) AS INSERT INTO users (id, user_id, phone) VALUES ((SELECT max(id) + 1 FROM users), $1, $2) RETURNING id, phone;
EXECUTE ins(3, 'three');
EXECUTE ins(2, NULL);
EXECUTE ins(2, 'two');
DELETE FROM users WHERE id > 3;

\echo - ads: UPDATE
UPDATE users SET phone = 'new' WHERE id = 1 RETURNING id, phone, id_card;
UPDATE users SET phone = 'new' WHERE id = 2;
UPDATE users SET phone = 'new' WHERE id IN (1, 2);
UPDATE users SET city = phone WHERE id = 1 RETURNING city;
UPDATE users SET city = phone WHERE id = 2;
UPDATE users SET city = id_card WHERE id = 2;
UPDATE users SET city = 'seen' WHERE phone LIKE '%';
UPDATE users SET city = 'seen' WHERE id_card LIKE '11%' RETURNING id;
UPDATE users SET updated = updated + 1 RETURNING id, updated;
UPDATE users SET city = 'x' WHERE id = 2 RETURNING id, id_card;
UPDATE users SET city = 'x' WHERE id = 2 RETURNING id, phone;
UPDATE users u SET city = s.phone FROM source s WHERE s.id = u.id AND u.phone IS NOT NULL RETURNING u.id, u.city;
UPDATE source s SET phone = u.phone FROM users u WHERE u.id = s.id RETURNING s.*;
UPDATE source s SET phone = u.id_card FROM users u WHERE u.id = s.id;

\echo - rows that change hands: the old person and the new
UPDATE users SET user_id = 3 WHERE id = 1;
UPDATE users SET user_id = 2 WHERE id = 1;
UPDATE users SET user_id = 1 WHERE id = 2;
UPDATE users SET user_id = user_id, city = 'same' WHERE id = 2;
UPDATE users SET user_id = 1 WHERE id = 1;

\echo - a mask is never stored
SET wdd_privacy.purpose = 'service';
SELECT id, id_card FROM users ORDER BY 1;
UPDATE users SET id_card = id_card || '!' WHERE id = 1;
UPDATE users SET city = id_card WHERE id = 1;
INSERT INTO source SELECT id, id_card FROM users;
CREATE TABLE copied AS SELECT id, id_card FROM users;
CREATE TABLE copied AS SELECT id, city FROM users;
SELECT id, id_card FROM users ORDER BY 1;

\echo - ON CONFLICT
SET wdd_privacy.purpose = 'ads';
INSERT INTO users (id, user_id, phone) VALUES (1, 1, 'conflict') ON CONFLICT (id) DO UPDATE SET phone = excluded.phone RETURNING id, phone;
INSERT INTO users (id, user_id, phone) VALUES (2, 1, 'conflict') ON CONFLICT (id) DO UPDATE SET phone = excluded.phone RETURNING id, phone;
INSERT INTO users (id, user_id, city) VALUES (2, 2, 'city') ON CONFLICT (id) DO UPDATE SET city = excluded.city RETURNING id, city;
INSERT INTO users (id, user_id, city) VALUES (2, 2, 'city') ON CONFLICT (id) DO UPDATE SET city = users.phone;
INSERT INTO users (id, user_id, city) VALUES (2, 2, 'city') ON CONFLICT (id) DO UPDATE SET city = 'x' WHERE users.phone > '' RETURNING id;
INSERT INTO users (id, user_id, city) VALUES (2, 2, 'city') ON CONFLICT (id) DO UPDATE SET city = 'x' RETURNING id, phone;
INSERT INTO users (id, user_id, city) VALUES (2, 2, 'city') ON CONFLICT DO NOTHING RETURNING id;

\echo - MERGE
MERGE INTO users u USING source s ON u.id = s.id
    WHEN MATCHED AND s.id = 1 THEN UPDATE SET phone = s.phone, updated = updated + 1
    WHEN NOT MATCHED THEN DO NOTHING;
SELECT id, phone, updated FROM users WHERE id = 1;
MERGE INTO users u USING source s ON u.id = s.id WHEN MATCHED THEN UPDATE SET phone = s.phone;
MERGE INTO users u USING source s ON u.id = s.id WHEN MATCHED THEN UPDATE SET city = u.phone;
MERGE INTO users u USING source s ON u.id = s.id WHEN NOT MATCHED THEN INSERT (id, user_id, phone) VALUES (s.id, s.id, s.phone);
MERGE INTO users u USING source s ON u.id = s.id WHEN NOT MATCHED THEN INSERT (id, user_id, city) VALUES (s.id, s.id, s.phone);
MERGE INTO users u USING source s ON u.id = s.id AND u.id > 3 WHEN MATCHED THEN DELETE;
MERGE INTO source s USING users u ON u.id = s.id WHEN MATCHED THEN UPDATE SET phone = u.phone;
MERGE INTO source s USING users u ON u.id = s.id WHEN MATCHED THEN UPDATE SET phone = u.id_card;
SELECT * FROM source ORDER BY id;

\echo - COPY
SET wdd_privacy.purpose = 'ads';
COPY users (id, user_id, phone) FROM stdin;
31	1	copied
32	2	\N
\.
COPY users (id, user_id, phone) FROM stdin;
33	1	copied
34	2	copied
\.
COPY users (id, user_id, city) FROM stdin WHERE id <> 36;
35	2	copied
36	2	copied
\.
COPY users (id, phone) TO stdout;
COPY users (id, city) TO stdout (FORMAT csv);
COPY (SELECT id, id_card FROM users ORDER BY id) TO stdout;
RESET wdd_privacy.purpose;
COPY users TO stdout;
COPY users (id, user_id, phone) FROM stdin;
37	1	copied
\.
COPY users (id, user_id, city) FROM stdin;
38	1	copied
\.
SET wdd_privacy.purpose = 'backup';
COPY users TO stdout;
SET wdd_privacy.purpose = 'restore';
COPY users (id, user_id, phone, id_card) FROM stdin;
41	2	restored	restored
\.
INSERT INTO users (id, user_id, phone) VALUES (42, 2, 'restored');
SELECT phone FROM users;
INSERT INTO users (id, user_id, phone) VALUES (43, 2, 'restored') RETURNING phone;
DELETE FROM users WHERE id > 3;

\echo - self writes its own rows only
SET wdd_privacy.purpose = 'self';
SET wdd_privacy.subject = '2';
UPDATE users SET phone = 'mine' RETURNING id, phone;
INSERT INTO users (id, user_id, phone) VALUES (51, 2, 'mine') RETURNING id, phone;
INSERT INTO users (id, user_id, phone) VALUES (52, 1, 'not mine');
DELETE FROM users RETURNING id;

\echo - data-modifying CTEs and functions
SET wdd_privacy.purpose = 'ads';
WITH w AS (UPDATE users SET phone = 'cte' WHERE id = 1 RETURNING id, phone) SELECT * FROM w;
WITH w AS (INSERT INTO users (id, user_id, phone) VALUES (61, 2, 'cte') RETURNING id) SELECT * FROM w;
CREATE FUNCTION put(bigint, text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    stored text;
BEGIN
    UPDATE users SET phone = $2 WHERE id = $1 RETURNING phone INTO stored;
    RETURN stored;
END $$;
SELECT put(1, 'by function');
SELECT put(3, 'by function');
SELECT wdd.withdraw_consent(3::bigint, 'ads');
SELECT put(3, 'again');

DROP TABLE users, source, copied;
DROP FUNCTION put;
DROP EXTENSION wdd_privacy;
