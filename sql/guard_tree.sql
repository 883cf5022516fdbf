-- Trees of tables: labels neither come off nor point elsewhere when tables and
-- columns are altered.
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

\echo - a column that ALTER TABLE leaves in a child keeps its label
CREATE TABLE parent (user_id bigint, phone text, x text);
CREATE TABLE child_a () INHERITS (parent);
CREATE TABLE child_b () INHERITS (parent);
SECURITY LABEL FOR wdd_privacy ON TABLE parent IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN parent.phone IS 'category=contact; purposes=ads';
SET wdd_privacy.purpose = 'ads';
INSERT INTO child_a VALUES (1, 'a1', 'x');
RESET wdd_privacy.purpose;
ALTER TABLE ONLY parent DROP COLUMN phone;
SELECT objname, label FROM pg_seclabels WHERE objname LIKE 'child%' OR objname LIKE 'parent%' ORDER BY 1;
SELECT phone FROM child_a;
SELECT x FROM child_a;
SET wdd_privacy.purpose = 'ads';
SELECT phone FROM child_a;
SELECT * FROM parent;
RESET wdd_privacy.purpose;
DROP TABLE parent CASCADE;

\echo - a child with a label of its own, below a parent without any
CREATE TABLE plain (a integer);
CREATE TABLE own (secret text) INHERITS (plain);
SECURITY LABEL FOR wdd_privacy ON COLUMN own.secret IS 'purposes=service';
INSERT INTO own VALUES (1, NULL);
SELECT * FROM plain;
SELECT plain FROM plain;
UPDATE plain SET a = 2;
SELECT a FROM own;
SELECT secret FROM own;
SELECT own FROM own;
DELETE FROM plain;

\echo - a column labelled in the child, and then in the parent that is given it, too
CREATE TABLE base (user_id bigint);
CREATE TABLE kid (tag text, note text) INHERITS (base);
SECURITY LABEL FOR wdd_privacy ON TABLE base IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN kid.tag IS 'category=contact; purposes=service';
ALTER TABLE base ADD tag text;
SECURITY LABEL FOR wdd_privacy ON COLUMN base.tag IS 'category=contact; purposes=service, ads';
SELECT tag FROM kid;
SELECT note FROM kid;
SELECT tag FROM base;
SECURITY LABEL FOR wdd_privacy ON COLUMN base.tag IS 'category=contact; purposes=service';
SET wdd_privacy.purpose = 'service';
SELECT tag FROM kid;
SELECT tag FROM base;
SECURITY LABEL FOR wdd_privacy ON COLUMN kid.tag IS NULL;
SELECT tag FROM kid;
RESET wdd_privacy.purpose;
SELECT tag FROM kid;
DROP TABLE base, kid;

\echo - a child of two parents is not read through the one without labels
CREATE TABLE labelled (user_id bigint, phone text);
CREATE TABLE other (phone text, y text);
CREATE TABLE both_of () INHERITS (labelled, other);
SECURITY LABEL FOR wdd_privacy ON TABLE labelled IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN labelled.phone IS 'category=contact; purposes=ads';
INSERT INTO both_of (user_id) VALUES (1);
SELECT phone FROM other;
SELECT y FROM other;
EXPLAIN SELECT phone FROM other;
SELECT phone FROM ONLY other;
SELECT user_id FROM labelled;
SET wdd_privacy.purpose = 'ads';
SELECT phone FROM labelled;
RESET wdd_privacy.purpose;
DROP TABLE labelled, other, plain CASCADE;

\echo - renaming: the label follows the subject, and no other column takes its place
ALTER TABLE users ADD COLUMN fake bigint DEFAULT 1;
ALTER TABLE users RENAME COLUMN user_id TO real_id;
ALTER TABLE users RENAME COLUMN fake TO user_id;
SELECT label FROM pg_seclabels WHERE objname = 'users';
SET wdd_privacy.purpose = 'ads';
SELECT real_id, phone FROM users ORDER BY 1;
RESET wdd_privacy.purpose;
ALTER TABLE users RENAME COLUMN real_id TO "odd; x";
ALTER TABLE users RENAME COLUMN city TO town;
ALTER TABLE users DROP COLUMN user_id;
ALTER TABLE users RENAME COLUMN real_id TO user_id;
ALTER TABLE users RENAME COLUMN town TO city;
CREATE TABLE pair (a bigint, b bigint, body text);
SECURITY LABEL FOR wdd_privacy ON TABLE pair IS 'subject = a , b; subject_kind=account';
ALTER TABLE pair RENAME COLUMN b TO c;
SELECT label FROM pg_seclabels WHERE objname = 'pair';
DROP TABLE pair;

\echo - partitions of another column order, detached while others read
CREATE TABLE events (user_id integer NOT NULL, kind text, body text, day integer) PARTITION BY LIST (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);
CREATE TABLE events_2 (day integer, body text, gone integer, kind text, user_id integer NOT NULL);
ALTER TABLE events_2 DROP COLUMN gone;
ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES IN (2);
SECURITY LABEL FOR wdd_privacy ON TABLE events IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN events.body IS 'category=contact; purposes=service, ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN events.kind IS 'category=identity; purposes=service; mask=full; if_not_listed=mask';
SET wdd_privacy.purpose = 'service';
INSERT INTO events SELECT i, 'k' || i, 'b' || i, i % 2 + 1 FROM generate_series(1, 6) i;
SET wdd_privacy.purpose = 'ads';
SELECT events FROM events ORDER BY 1;
SELECT events_2 FROM events_2 ORDER BY 1;
SELECT e FROM users u LEFT JOIN events e ON e.user_id = u.user_id AND e.user_id = 1 ORDER BY 1 LIMIT 2;
SELECT count(e) FROM users u LEFT JOIN events e ON e.user_id = u.user_id AND e.user_id = 1;
UPDATE events SET day = 3 - day, body = 'moved' WHERE user_id < 3 RETURNING *;
UPDATE events SET day = 3 - day WHERE user_id = 5 RETURNING user_id, day, kind;
UPDATE events SET day = 3 - day, body = 'moved' WHERE user_id = 5;
INSERT INTO events_2 (user_id, body, day) VALUES (5, 'x', 2);
INSERT INTO events_2 (user_id, body, day) VALUES (2, 'x', 2) RETURNING *;
COPY events_2 (user_id, body, day) FROM stdin;
4	c	2
\.
RESET wdd_privacy.purpose;
ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;
ALTER TABLE events DETACH PARTITION events_2;
SELECT objname, label FROM pg_seclabels WHERE objname LIKE 'events\_%' ORDER BY 1;
SELECT body FROM events_1;
SELECT body FROM events_2;
SELECT count(day) FROM events_1;
DROP TABLE events, events_1, events_2;

RESET wdd_privacy.purpose;
DROP TABLE orders, users;
DROP EXTENSION wdd_privacy;
