-- Masks of every type and in every clause; columns that raise; several subjects;
-- tables without any.
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

CREATE DOMAIN no_stars AS text CHECK (VALUE <> '***');
CREATE DOMAIN person_id AS uuid;
CREATE TABLE t (id person_id, a varchar(5), b char(8), c no_stars, h varchar(3) NOT NULL DEFAULT 'abc', d integer, e jsonb, f text[], g numeric(5,2), i bytea, j date);
INSERT INTO t VALUES ('00000000-0000-0000-0000-000000000001', 'abcde', 'abc', 'dom', 'hhh', 1, '{"a":1}', '{x,y}', 1.5, '\x01', '2020-01-01'),
    ('00000000-0000-0000-0000-000000000002', 'fghij', 'fg', 'dim', 'iii', 2, '{"a":2}', '{z}', 2.5, '\x02', '2020-01-02');
SECURITY LABEL FOR wdd_privacy ON TABLE t IS 'subject=id';
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY '{a,b,c,h}'::text[] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN t.%I IS %L', name, 'purposes=service, ads; if_not_permitted=mask; mask=full; if_not_listed=mask');
    END LOOP;
    FOREACH name IN ARRAY '{d,e,f,g,i,j}'::text[] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN t.%I IS %L', name, 'purposes=service, ads; if_not_permitted=mask');
    END LOOP;
END $$;
SELECT wdd.grant_consent('00000000-0000-0000-0000-000000000001'::uuid, 'ads');
SET wdd_privacy.purpose = 'ads';
SELECT * FROM t ORDER BY id;
SELECT a || '!', b || '!', length(b), c::text, d + 1, e->'a', f[1], g * 2 FROM t ORDER BY id;
SELECT t FROM t ORDER BY 1;
SELECT a, count(*) FROM t GROUP BY a ORDER BY 1;
SELECT max(d), min(g), sum(d), array_agg(e ORDER BY id) FROM t;
SELECT DISTINCT b FROM t ORDER BY 1;

\echo - in conditions the value of another is no value
SELECT id FROM t WHERE d = 2;
SELECT id FROM t WHERE d = 2 OR d IS NULL;
SELECT id FROM t WHERE e @> '{"a":2}';
SELECT id FROM t WHERE (e->>'a')::integer = 2;
SELECT id FROM t WHERE f && '{z}';
SELECT id FROM t WHERE b = 'fg';
SELECT id FROM t WHERE a NOT IN ('fghij') ORDER BY 1;
SELECT id FROM t WHERE (a = 'fghij') IS NOT TRUE ORDER BY 1;
SELECT x.id, y.a FROM t x LEFT JOIN t y ON y.id = x.id AND y.a = 'fghij' ORDER BY 1;
SELECT x.id, y.a FROM t x LEFT JOIN t y ON y.id = x.id AND y.a = 'abcde' ORDER BY 1;

\echo - a purpose that is not listed
SET wdd_privacy.purpose = 'push';
SELECT a, b, c, h FROM t;
SELECT id FROM t WHERE a = '***' OR a IS NOT NULL AND false;
SELECT id FROM t WHERE a IS NOT NULL;
SELECT d FROM t;
SELECT user_id, name FROM users ORDER BY 1 LIMIT 2;
SELECT user_id FROM users WHERE name = 'Name1';
UPDATE users SET name = 'x' WHERE user_id = 1;
UPDATE users SET city = 'x' WHERE user_id = 1 RETURNING user_id, name;
DROP TABLE t;

\echo - a table without subjects: nobody is there to permit
CREATE TABLE ns (a text, b text, c text);
INSERT INTO ns VALUES ('a', 'b', 'c');
SECURITY LABEL FOR wdd_privacy ON COLUMN ns.a IS 'purposes=service, ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN ns.b IS 'purposes=service, ads; if_not_permitted=mask; mask=full';
SECURITY LABEL FOR wdd_privacy ON COLUMN ns.c IS 'purposes=service, ads; if_not_permitted=error';
SET wdd_privacy.purpose = 'service';
SELECT * FROM ns WHERE lower(b) = 'b' ORDER BY upper(b);
INSERT INTO ns VALUES ('q', 'r', 's') RETURNING *;
DELETE FROM ns WHERE a = 'q' RETURNING b;
SET wdd_privacy.purpose = 'ads';
SELECT a FROM ns;
SELECT b FROM ns;
SELECT b FROM ns WHERE b = 'b';
SELECT b, count(*) FROM ns GROUP BY b HAVING b > '';
SELECT c FROM ns;
INSERT INTO ns (a) VALUES ('x');
SELECT count(*) FROM ns;
SET wdd_privacy.purpose = 'self';
SET wdd_privacy.subject = '1';
SELECT count(*) FROM ns;
SELECT b FROM ns;
DROP TABLE ns;

\echo - several subjects: all must permit, and each sees the row as their own
CREATE TABLE messages (sender smallint, receiver integer, body text);
INSERT INTO messages VALUES (1, 2, 'm12'), (1, 4, 'm14'), (4, 1, 'm41'), (NULL, 1, 'mn1'), (1, NULL, 'm1n'), (3, 3, 'm33');
SECURITY LABEL FOR wdd_privacy ON TABLE messages IS 'subject=sender, receiver';
SECURITY LABEL FOR wdd_privacy ON COLUMN messages.body IS 'category=contact; purposes=ads, push, service';
SET wdd_privacy.purpose = 'ads';
SELECT * FROM messages ORDER BY 1, 2;
INSERT INTO messages VALUES (1, 2, 'new'), (2, NULL, NULL) RETURNING *;
INSERT INTO messages VALUES (1, 4, 'new');
SET wdd_privacy.purpose = 'push';
SELECT * FROM messages ORDER BY 1, 2;
SET wdd_privacy.purpose = 'self';
SELECT * FROM messages ORDER BY 1, 2, 3;
UPDATE messages SET body = upper(body) RETURNING *;
INSERT INTO messages VALUES (4, 2, 'x');
INSERT INTO messages VALUES (4, 2, NULL);
SET wdd_privacy.subject = 'device:1';
SELECT * FROM messages;
SET wdd_privacy.subject = 'x';
SELECT * FROM messages;
RESET wdd_privacy.subject;
DROP TABLE messages;

\echo - a column that raises; in a condition it hides the row, for raising would tell the value
ALTER TABLE orders ADD note text;
UPDATE orders SET note = 'n' || order_id;
SECURITY LABEL FOR wdd_privacy ON TABLE orders IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN orders.note IS 'category=contact; purposes=ads; if_not_permitted=error';
SET wdd_privacy.purpose = 'ads';
SELECT note FROM orders WHERE user_id < 4 ORDER BY order_id;
SELECT note FROM orders;
SELECT count(*) FROM orders;
SELECT order_id FROM orders WHERE user_id < 4 AND note = 'n1';
SELECT order_id FROM orders WHERE note = 'n3';
SELECT order_id FROM orders WHERE note > 'n2' ORDER BY 1;
SELECT order_id FROM orders WHERE coalesce(note, '') = 'n9';
SELECT order_id FROM orders WHERE coalesce(note, '') = 'n99';
SELECT u.user_id, o.note FROM users u LEFT JOIN orders o ON o.user_id = u.user_id AND u.user_id < 3 ORDER BY 1, 2;
SELECT user_id FROM orders ORDER BY note;
UPDATE orders SET amount = 0 WHERE user_id = 4 RETURNING order_id;
UPDATE orders SET amount = 0 WHERE user_id = 4 RETURNING note;
DROP DOMAIN no_stars, person_id;

RESET wdd_privacy.purpose;
DROP TABLE orders, users;
DROP EXTENSION wdd_privacy;
