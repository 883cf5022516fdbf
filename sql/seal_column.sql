-- wdd.seal_column(): columns of plaintext become sealed ones, at once or beside
-- the table.  Interruption is in test/t/seal_column.pl.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_purpose('service', 'contract'), wdd.add_purpose('ads', 'consent'), wdd.add_category('contact');
CREATE ROLE regress_seal_owner;
CREATE ROLE regress_seal_app;
GRANT CREATE ON SCHEMA public TO regress_seal_owner;
SELECT wdd.grant_purpose('service', 'regress_seal_app'), wdd.grant_duty('administer', 'regress_seal_owner');
SET ROLE regress_seal_owner;
CREATE TABLE users (id bigint PRIMARY KEY, phone varchar(20) NOT NULL CONSTRAINT one_phone UNIQUE, mail text, note text, "Id card" text,
    born date, doc jsonb, amount numeric(10, 2), photo bytea, ip inet, age integer, city text DEFAULT 'x', twice text GENERATED ALWAYS AS (note || note) STORED);
CREATE INDEX users_mail ON users (mail DESC, id) INCLUDE (age);
CREATE INDEX "Card" ON users USING hash ("Id card");
COMMENT ON COLUMN users.phone IS 'mobile number';
GRANT SELECT, INSERT, UPDATE ON users TO regress_seal_app;
GRANT SELECT (phone) ON users TO regress_seal_app WITH GRANT OPTION;
INSERT INTO users SELECT i, '138' || lpad(i::text, 8, '0'), 'a' || i || '@b.cn', CASE WHEN i % 3 > 0 THEN 'note ' || i END, NULL,
    '2000-01-01', '{"a": 1}', i, 'abc', '10.0.0.1', 7 FROM generate_series(1, 3000) i;
UPDATE users SET "Id card" = '11010519491231002X' WHERE id = 1;

\echo - what is refused
CALL wdd.seal_column(NULL, 'phone');
CALL wdd.seal_column('users', NULL);
CALL wdd.seal_column('one_phone', 'phone');
CALL wdd.seal_column('users', 'nothing');
CALL wdd.seal_column('users', 'phone');
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=id';
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY '{phone, mail, note, "\"Id card\"", born, doc, amount, photo, ip, age, city}'::text[] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN users.%s IS %L', name, 'purposes=service; category=contact');
    END LOOP;
END $$;
CALL wdd.seal_column('users', 'phone', 'number');
CALL wdd.seal_column('users', 'phone', 'phone(searchable); DROP TABLE users');
CALL wdd.seal_column('users', 'age');
CALL wdd.seal_column('users', 'city');
CALL wdd.seal_column('users', 'id');
CALL wdd.seal_column('users', 'note', online => true);
ALTER TABLE users DROP COLUMN twice;
CREATE VIEW v AS SELECT phone FROM users;
CREATE INDEX users_phone_like ON users (phone varchar_pattern_ops);
ALTER TABLE users ADD CONSTRAINT long CHECK (length(phone) > 5);
CALL wdd.seal_column('users', 'phone', online => true);
DROP VIEW v;
DROP INDEX users_phone_like;
ALTER TABLE users DROP CONSTRAINT long;
CREATE INDEX users_note ON users (note);
CALL wdd.seal_column('users', 'note', online => true);
DROP INDEX users_note;
BEGIN;
CALL wdd.seal_column('users', 'phone', online => true);
ROLLBACK;
CALL wdd.seal_column('users', 'mail', 'phone', online => true);
CALL wdd.seal_column('users', 'mail', batch_pages => 0);
SELECT relation, column_name, sealed_column, sealed_type, next_page, percent, sealed_rows FROM wdd.sealing_progress;
RESET ROLE;
SELECT relation, column_name, sealed_column, sealed_type, next_page, percent, sealed_rows FROM wdd.sealing_progress;
SET ROLE regress_seal_owner;
SELECT wdd.stop_sealing('users', 'mail');
SELECT wdd.stop_sealing('users', 'mail');
SET ROLE regress_seal_app;
CALL wdd.seal_column('users', 'phone');
SELECT wdd.stop_sealing('users', 'phone');
RESET ROLE;
SELECT wdd.grant_duty('administer', 'regress_seal_app');
SET ROLE regress_seal_app;
CALL wdd.seal_column('users', 'phone');
\echo - the functions beneath move nothing to a wider place
SET ROLE regress_seal_owner;
CREATE TABLE wide (id bigint PRIMARY KEY, phone text, sealed wdd.sealed_phone, other wdd.sealed_phone);
SECURITY LABEL FOR wdd_privacy ON TABLE wide IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN wide.phone IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN wide.sealed IS 'purposes=service, ads';
SELECT wdd.seal_pages('wide', 'phone', 'sealed', 0, 10);
SELECT wdd.seal_pages('wide', 'phone', 'other', 0, 10);
SELECT wdd.seal_pages('wide', 'phone', 'phone', 0, 10);
SELECT wdd.seal_pages('wide', 'phone', 'nothing', 0, 10);
CREATE TRIGGER a BEFORE INSERT ON wide FOR EACH ROW EXECUTE FUNCTION wdd.seal_from('phone', 'sealed');
INSERT INTO wide (id) VALUES (1);
DROP TRIGGER a ON wide;
CREATE TRIGGER a BEFORE INSERT ON wide FOR EACH ROW EXECUTE FUNCTION wdd.seal_from('phone');
INSERT INTO wide (id) VALUES (1);
SET ROLE regress_seal_app;
SELECT wdd.seal_pages('wide', 'phone', 'sealed', 0, 10);
RESET ROLE;
DROP TABLE wide;

\echo - small tables at once
SET ROLE regress_seal_owner;
CALL wdd.seal_column('users', 'born');
CALL wdd.seal_column('users', 'born');
CALL wdd.seal_column('users', 'doc');
CALL wdd.seal_column('users', 'amount');
CALL wdd.seal_column('users', 'photo');
CALL wdd.seal_column('users', 'ip');
CALL wdd.seal_column('users', 'Id card', 'id_card');

\echo - online, in batches
CREATE FUNCTION forbidden() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a trigger of users fires'; END $$;
CREATE TRIGGER z BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION forbidden();
CALL wdd.seal_column('users', 'phone', online => true, batch_pages => 7);
ALTER TRIGGER z ON users RENAME TO t;
CALL wdd.seal_column('users', 'phone', online => true, batch_pages => 7);
CALL wdd.seal_column('users', 'mail', 'email', online => true);
CALL wdd.seal_column('users', 'note', 'text(searchable, pad32)', online => true);
DROP TRIGGER t ON users;
\d users
SELECT col_description('users'::regclass, attnum), attacl FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'phone';
SELECT attname, label FROM pg_seclabel JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid WHERE objoid = 'users'::regclass ORDER BY 1;
RESET ROLE;
SELECT count(*) FROM wdd.sealing;
SET ROLE regress_seal_app;
SET wdd_privacy.purpose = 'service';
SELECT id, phone::text, mail::text, note::text, "Id card"::text, born::date, doc::jsonb, amount::numeric, photo::bytea, ip::inet FROM users
    WHERE phone IN ('13800000001', '13800000002', '13800000003') ORDER BY id;
SELECT id FROM users WHERE mail = 'A7@B.CN';
SELECT count(phone), count(mail), count(note), count(*) FILTER (WHERE wdd.reveal(phone) = '138' || lpad(id::text, 8, '0')) FROM users;
INSERT INTO users (id, phone) VALUES (4000, '13800000001');
INSERT INTO users (id) VALUES (4000);

\echo - the steps one by one: what is stored meanwhile is sealed by the trigger
RESET ROLE;
RESET wdd_privacy.purpose;
SET ROLE regress_seal_owner;
CREATE TABLE t (id integer PRIMARY KEY, phone text);
INSERT INTO t SELECT i, '1390000' || lpad(i::text, 4, '0') FROM generate_series(1, 1000) i;
SECURITY LABEL FOR wdd_privacy ON TABLE t IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN t.phone IS 'purposes=service';
GRANT ALL ON t TO regress_seal_app;
SELECT wdd.seal_begin('t', 'phone', NULL, true);
\d t
SET ROLE regress_seal_app;
SET wdd_privacy.purpose = 'service';
INSERT INTO t VALUES (2001, '13900002001'), (2002, NULL);
UPDATE t SET phone = '13900003001' WHERE id = 1;
UPDATE t SET phone = NULL WHERE id = 2;
UPDATE t SET phone = phone WHERE id = 3;
UPDATE t SET id = 3004 WHERE id = 4;
DELETE FROM t WHERE id = 5;
COPY t (id, phone) FROM STDIN;
2003	13900002003
\.
INSERT INTO t VALUES (2004, 'not a phone');
SELECT id, phone, phone_sealed::text FROM t WHERE phone_sealed IS NOT NULL ORDER BY id;
RESET ROLE;
SET ROLE regress_seal_owner;
SELECT wdd.seal_batch('t', 'phone', 2);
SELECT sealed_rows > 0 AS some, percent BETWEEN 1 AND 99 AS part FROM wdd.sealing_of('t', 'phone'), LATERAL (SELECT 100 * next_page / pages AS percent) p;
\echo - without the trigger nothing is stored that would be lost
ALTER TABLE t DISABLE TRIGGER wdd_migrate_2;
SET ROLE regress_seal_app;
INSERT INTO t VALUES (2005, '13900002005');
RESET ROLE;
SET ROLE regress_seal_owner;
ALTER TABLE t ENABLE ALWAYS TRIGGER wdd_migrate_2;
\echo - rows that have moved to other pages
VACUUM FULL t;
CALL wdd.seal_column('t', 'phone');
SET ROLE regress_seal_app;
SELECT count(*), count(phone), count(*) FILTER (WHERE wdd.reveal(phone) LIKE '139%') FROM t;
SELECT id, phone::text FROM t WHERE id IN (1, 2, 3, 6, 1000, 2001, 2003, 3004) ORDER BY id;

\echo - a value that is of no such type: the row is named by its place
SET ROLE regress_seal_owner;
RESET wdd_privacy.purpose;
CREATE TABLE odd (id integer PRIMARY KEY, phone text);
INSERT INTO odd VALUES (1, '13900000001'), (2, 'ask at reception');
SECURITY LABEL FOR wdd_privacy ON TABLE odd IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN odd.phone IS 'purposes=service';
CALL wdd.seal_column('odd', 'phone');
CALL wdd.seal_column('odd', 'phone', online => true);
SELECT wdd.stop_sealing('odd', 'phone');
CALL wdd.seal_column('odd', 'phone', 'text(searchable)', online => true);

\echo - trees are sealed at once
CREATE TABLE tree (id integer, phone text) PARTITION BY RANGE (id);
CREATE TABLE tree_1 PARTITION OF tree FOR VALUES FROM (0) TO (100);
INSERT INTO tree VALUES (1, '13900000001');
SECURITY LABEL FOR wdd_privacy ON TABLE tree IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN tree.phone IS 'purposes=service';
CALL wdd.seal_column('tree', 'phone', online => true);
CALL wdd.seal_column('tree', 'phone');
RESET ROLE;
SELECT wdd.grant_purpose('service', session_user::regrole);
SET wdd_privacy.purpose = 'service';
SELECT id, wdd.reveal(phone) FROM tree;

SET client_min_messages = warning;
DROP TABLE users, t, odd, tree CASCADE;
DROP FUNCTION forbidden;
DROP EXTENSION wdd_privacy CASCADE;
REVOKE CREATE ON SCHEMA public FROM regress_seal_owner;
DROP ROLE regress_seal_owner, regress_seal_app;
