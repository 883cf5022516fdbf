-- Tables with sealed columns: numbers, trigger and constraints come by
-- themselves; what cannot be bound to a row is refused.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_purpose('service', 'contract'), wdd.add_purpose('ads', 'consent');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'ads']) p;
SET wdd_privacy.purpose = 'service';

\echo - numbers, constraints, trigger
CREATE TABLE users (id bigint PRIMARY KEY, phone wdd.sealed_phone, note wdd.sealed_text(searchable, pad32), plain text);
\d users
SELECT tgname ~ '^wdd_seal_' AS named, tgfoid::regproc, tgisinternal FROM pg_trigger WHERE tgrelid = 'users'::regclass;
CREATE TABLE labelled_table (LIKE users INCLUDING ALL);
ALTER TABLE users ADD COLUMN mail wdd.sealed_email, ADD COLUMN numbers wdd.sealed_phone[];
CREATE DOMAIN contact_phone AS wdd.sealed_phone;
ALTER TABLE users ADD COLUMN second contact_phone;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 ORDER BY attnum;
ALTER TABLE users RENAME COLUMN mail TO email;
SELECT conname FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'c' ORDER BY 1;

\echo - an unlabelled column takes NULL only
INSERT INTO users (id) VALUES (1);
INSERT INTO users (id, phone) VALUES (2, '13800138002');
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service';
INSERT INTO users (id, phone) VALUES (2, '13800138002');
INSERT INTO users (id, note) VALUES (3, 'n');
SECURITY LABEL FOR wdd_privacy ON COLUMN users.note IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.email IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.second IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.numbers IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.plain IS 'purposes=service';
INSERT INTO users (id, note, email, second, numbers) VALUES (3, 'n', 'A@B.cn', '13800138003', '{13800138003}');
SELECT id, wdd.reveal(note), wdd.reveal(email), wdd.reveal(second), wdd.reveal(numbers[1]), pg_column_size(note) FROM users WHERE note = 'n';

\echo - what belongs to no row is refused
CREATE TYPE pair AS (id bigint, phone wdd.sealed_phone);
ALTER TABLE users ALTER phone SET DEFAULT '13800138000';
ALTER TABLE users ADD COLUMN fax wdd.sealed_phone DEFAULT '13800138000';
CREATE VIEW v AS SELECT id FROM users WHERE phone = '13800138002';
CREATE RULE r AS ON INSERT TO users DO ALSO UPDATE users SET phone = '13800138002' WHERE false;
ALTER TABLE users ADD CHECK (phone <> '13800138000');
CREATE TABLE copy AS SELECT id, '13800138000'::wdd.sealed_phone AS phone FROM generate_series(1, 2) id;
CREATE TABLE copy AS SELECT id, phone FROM users;
CREATE MATERIALIZED VIEW copy AS SELECT '13800138000'::wdd.sealed_phone;
SELECT '13800138000'::wdd.sealed_phone AS phone INTO copy;

\echo - from plain to sealed and back
INSERT INTO users (id, plain) VALUES (4, '13800138004'), (5, NULL);
CREATE TABLE other (id bigint, plain text);
ALTER TABLE other ALTER plain TYPE wdd.sealed_phone USING plain::wdd.sealed_phone;
ALTER TABLE users ALTER plain TYPE wdd.sealed_phone;
SELECT id, wdd.reveal(plain) FROM users WHERE plain = '138-0013-8004';
SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'plain';
ALTER TABLE users ALTER plain TYPE wdd.sealed_phone(unsearchable, pad64);
SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'plain';
SELECT id FROM users WHERE plain = '13800138004';
SELECT id, wdd.reveal(plain), pg_column_size(plain) FROM users WHERE plain IS NOT NULL;
ALTER TABLE users ALTER plain TYPE text;
ALTER TABLE users ALTER plain TYPE text USING upper(plain::text);
ALTER TABLE users ALTER plain TYPE text USING lower('x');
SET wdd_privacy.purpose = 'ads';
ALTER TABLE users ALTER plain TYPE text USING plain::text;
RESET wdd_privacy.purpose;
ALTER TABLE users ALTER plain TYPE text USING plain::text;
SET wdd_privacy.purpose = 'service';
ALTER TABLE users ALTER plain TYPE text USING wdd.reveal(plain);
SELECT id, plain FROM users ORDER BY id;
SELECT conname FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'c' ORDER BY 1;

\echo - partitions and children
CREATE TABLE events (id bigint, at date, phone wdd.sealed_phone) PARTITION BY RANGE (at);
SECURITY LABEL FOR wdd_privacy ON TABLE events IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN events.phone IS 'purposes=service';
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 (LIKE events);
ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE events_3 (phone wdd.sealed_phone, at date, id bigint);
ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
CREATE TABLE events_4 PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
INSERT INTO events VALUES (1, '2026-01-05', '13800138001'), (2, '2026-02-05', '13800138002'), (3, '2026-03-05', '13800138003');
SELECT tableoid::regclass, id, wdd.reveal(phone) FROM events ORDER BY id;
UPDATE events SET at = '2026-02-07' WHERE id = 1;
SELECT tableoid::regclass, id, wdd.reveal(phone) FROM events WHERE phone = '13800138001';
SELECT wdd.reveal(phone) FROM events_2 ORDER BY 1;
CREATE TABLE kin (more wdd.sealed_text) INHERITS (users);
SECURITY LABEL FOR wdd_privacy ON COLUMN kin.more IS 'purposes=service';
INSERT INTO kin (id, phone, more) VALUES (30, '13800138030', 'm');
SELECT tableoid::regclass, wdd.reveal(phone) FROM users WHERE id = 30;
SELECT wdd.reveal(phone), wdd.reveal(more) FROM kin;

\echo - foreign keys, grouping, sorting
CREATE TABLE refers (id bigint PRIMARY KEY, phone wdd.sealed_phone);
SECURITY LABEL FOR wdd_privacy ON TABLE refers IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN refers.phone IS 'purposes=service';
ALTER TABLE users ADD UNIQUE (phone);
ALTER TABLE refers ADD FOREIGN KEY (phone) REFERENCES users (phone);
INSERT INTO refers VALUES (1, '13800138002');
INSERT INTO refers VALUES (2, '13800139999');
SELECT r.id, u.id, wdd.reveal(r.phone) FROM refers r JOIN users u USING (phone);
SELECT count(*), count(DISTINCT phone) FROM (SELECT phone FROM users UNION ALL SELECT phone FROM refers) u WHERE phone IS NOT NULL;
SELECT min(id), count(*) FROM (SELECT id, phone FROM users UNION ALL SELECT id, phone FROM refers) u GROUP BY phone ORDER BY 1;

\echo - children of a table without sealed columns are left alone
CREATE TABLE plain_parent (id bigint) PARTITION BY RANGE (id);
CREATE TABLE plain_child PARTITION OF plain_parent FOR VALUES FROM (0) TO (10);
BEGIN;
ALTER TABLE ONLY plain_parent ALTER id SET STATISTICS 10;
SELECT DISTINCT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE l.pid = pg_backend_pid() AND c.relname LIKE 'plain\_%' ORDER BY 1;
ROLLBACK;
DROP TABLE plain_parent;

\echo - what was taken off is found
SELECT severity, object, finding FROM wdd.doctor() WHERE object LIKE '%users%' OR object LIKE '%refers%' ORDER BY 1, 2, 3;
ALTER TABLE refers DISABLE TRIGGER ALL, DROP CONSTRAINT wdd_sealed_phone;
SET session_replication_role = replica;
INSERT INTO refers VALUES (7, NULL);
RESET session_replication_role;
UPDATE pg_constraint SET convalidated = false WHERE conrelid = 'refers'::regclass AND conname = 'wdd_sealed_phone';
SELECT severity, object, finding, action FROM wdd.doctor() WHERE object LIKE '%refers%' ORDER BY 1, 2, 3;
ALTER TABLE refers ENABLE TRIGGER ALL;
UPDATE pg_type SET typanalyze = 'array_typanalyze' WHERE oid = 'wdd.sealed_phone[]'::regtype;
SELECT severity, object, finding, action FROM wdd.doctor() WHERE object LIKE 'type %' ORDER BY 1, 2, 3;

SET client_min_messages = warning;
DROP EXTENSION wdd_privacy CASCADE;
DROP TABLE kin, users, refers, events, labelled_table, other;
