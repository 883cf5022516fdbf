-- Row triggers: unapproved ones are a use of every labelled column, approved ones
-- work; approvals and what ends them.
-- Persons: 1 and 2 permit ads, 3 never said anything.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset format unaligned
\pset null (null)
SELECT wdd.add_category('contact');
SELECT wdd.add_purpose('service', 'contract'), wdd.add_purpose('ads', 'consent'), wdd.add_purpose('other', 'contract');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'ads', 'other', 'self', 'restore']) p;
SELECT wdd.grant_consent(ARRAY[1, 2]::bigint[], 'ads');
CREATE TABLE users (user_id bigint PRIMARY KEY, phone text, city text, updated_at timestamptz, changes integer DEFAULT 0);
INSERT INTO users (user_id, phone, city) SELECT i, '1380000000' || i, 'c' FROM generate_series(1, 3) i;
CREATE TABLE letters (letter_id integer PRIMARY KEY, user_id bigint REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE, body text);
INSERT INTO letters SELECT i, i, 'letter ' || i FROM generate_series(1, 3) i;
CREATE TABLE audit (entry integer GENERATED ALWAYS AS IDENTITY, old_row text);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service, ads';
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.body IS 'category=contact; purposes=service, ads';

\echo - without triggers of users nothing changes, foreign keys included
UPDATE users SET city = 'd' WHERE user_id = 3;
BEGIN; DELETE FROM users WHERE user_id = 3; SELECT count(*) FROM letters; ROLLBACK;

\echo - updated_at, not approved
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$ BEGIN NEW.changes := OLD.changes + 1; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
UPDATE users SET city = 'e' WHERE user_id = 1;
SET wdd_privacy.purpose = 'other';
UPDATE users SET city = 'e' WHERE user_id = 1;
SET wdd_privacy.purpose = 'ads';
UPDATE users SET city = 'e' WHERE user_id = 1 RETURNING changes;
UPDATE users SET city = 'e' WHERE user_id = 3;
UPDATE users SET city = 'e';
UPDATE users SET city = 'e' WHERE phone LIKE '138%';
INSERT INTO users (user_id, city) VALUES (3, 'x') ON CONFLICT (user_id) DO UPDATE SET city = 'f';
INSERT INTO users (user_id, city) VALUES (2, 'x') ON CONFLICT (user_id) DO UPDATE SET city = 'f' RETURNING changes;
MERGE INTO users u USING (VALUES (3)) v (id) ON u.user_id = v.id WHEN MATCHED THEN UPDATE SET city = 'f';
MERGE INTO users u USING (VALUES (2)) v (id) ON u.user_id = v.id WHEN MATCHED THEN UPDATE SET city = 'f';
WITH w AS (UPDATE users SET city = 'g' WHERE user_id = 3 RETURNING 1) SELECT count(*) FROM w;
SET wdd_privacy.purpose = 'self';
SET wdd_privacy.subject = '3';
UPDATE users SET city = 'own' RETURNING user_id;
SET wdd_privacy.subject = '';
SET wdd_privacy.purpose = 'restore';
UPDATE users SET city = 'r' WHERE user_id = 1;
RESET wdd_privacy.purpose;
\echo - it does not see what is inserted or deleted
INSERT INTO users (user_id, city) VALUES (9, 'n');
DELETE FROM users WHERE user_id = 9;
\echo - disabled, and dropped
ALTER TABLE users DISABLE TRIGGER touch;
UPDATE users SET city = 'h' WHERE user_id = 3 RETURNING changes;
ALTER TABLE users ENABLE ALWAYS TRIGGER touch;
UPDATE users SET city = 'h' WHERE user_id = 3 RETURNING changes;

\echo - approved
SELECT * FROM wdd.trigger_approvals() \gx
SELECT wdd.approve_trigger('users', 'touch', 'counts changes');
UPDATE users SET city = 'i' RETURNING user_id, changes;
INSERT INTO users (user_id, city) VALUES (3, 'x') ON CONFLICT (user_id) DO UPDATE SET city = 'j' RETURNING changes;
MERGE INTO users u USING (VALUES (3)) v (id) ON u.user_id = v.id WHEN MATCHED THEN UPDATE SET city = 'j';
SELECT relation, trigger, function, state, reason, approved_by = session_user AS by_me FROM wdd.trigger_approvals();

\echo - what does not end an approval
ALTER TABLE users RENAME TO persons;
ALTER TRIGGER touch ON persons RENAME TO touched;
ALTER TABLE persons DISABLE TRIGGER touched;
ALTER TABLE persons ENABLE TRIGGER touched;
ALTER FUNCTION touch() COST 10;
ALTER TABLE persons ADD COLUMN extra text;
UPDATE persons SET city = 'k' WHERE user_id = 3 RETURNING changes;
ALTER TRIGGER touched ON persons RENAME TO touch;
ALTER TABLE persons RENAME TO users;
\echo - what does
PREPARE change AS UPDATE users SET city = 'l' WHERE user_id = 3 RETURNING changes;
EXECUTE change;
BEGIN;
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$ BEGIN NEW.changes := OLD.changes + 2; RETURN NEW; END $$;
EXECUTE change;
ROLLBACK;
EXECUTE change;
BEGIN; ALTER FUNCTION touch() SET work_mem = '4MB'; EXECUTE change; ROLLBACK;
BEGIN; ALTER FUNCTION touch() SECURITY DEFINER; EXECUTE change; ROLLBACK;
BEGIN; ALTER FUNCTION touch() RENAME TO touch_it; EXECUTE change; ROLLBACK;
BEGIN; ALTER FUNCTION touch() RESET ALL; EXECUTE change; ROLLBACK;
BEGIN;
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW WHEN (OLD.phone = '1') EXECUTE FUNCTION touch();
EXECUTE change;
ROLLBACK;
BEGIN;
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION touch();
EXECUTE change;
ROLLBACK;
BEGIN;
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch('x');
SELECT trigger, state FROM wdd.trigger_approvals();
EXECUTE change;
ROLLBACK;
EXECUTE change;
\echo - nor may the function be exchanged before it is called
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER noted AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION noted();
SELECT wdd.approve_trigger('users', 'noted', 'does nothing');
BEGIN;
EXECUTE change;
CREATE OR REPLACE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RAISE NOTICE '%', OLD.phone; RETURN NULL; END $$;
COMMIT;
\echo - unless that, too, was approved in the same transaction
BEGIN;
EXECUTE change;
CREATE OR REPLACE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RAISE NOTICE 'noted'; RETURN NULL; END $$;
SELECT wdd.approve_trigger('users', 'noted', 'says so');
EXECUTE change;
COMMIT;
DROP TRIGGER noted ON users;
SELECT trigger, state FROM wdd.trigger_approvals();
SELECT wdd.withdraw_trigger_approval('users', 'noted');
SELECT wdd.withdraw_trigger_approval('users', 'touch');
EXECUTE change;
SELECT wdd.approve_trigger('users', 'touch', 'again');
EXECUTE change;

\echo - an audit trigger may keep what it saw
CREATE FUNCTION keep_old() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS
$$ BEGIN INSERT INTO audit (old_row) VALUES (OLD.phone || ' ' || TG_OP); RETURN NULL; END $$;
CREATE TRIGGER audit AFTER UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION keep_old();
EXECUTE change;
DELETE FROM users WHERE user_id = 3;
SELECT wdd.approve_trigger('users', 'audit', 'audit');
EXECUTE change;
DELETE FROM users WHERE user_id = 3;
TABLE audit;

\echo - actions of foreign keys
CREATE FUNCTION plain() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN coalesce(NEW, OLD); END $$;
CREATE TRIGGER plain BEFORE UPDATE OR DELETE ON letters FOR EACH ROW EXECUTE FUNCTION plain();
DELETE FROM users WHERE user_id = 2;
SET wdd_privacy.purpose = 'service';
BEGIN; DELETE FROM users WHERE user_id = 2; SELECT count(*) FROM letters; ROLLBACK;
RESET wdd_privacy.purpose;
SELECT wdd.approve_trigger('letters', 'plain', 'does nothing');
BEGIN; DELETE FROM users WHERE user_id = 2; SELECT count(*) FROM letters; ROLLBACK;
DROP TRIGGER plain ON letters;

\echo - triggers that alter new rows
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN NEW.body := coalesce(NEW.body, 'filled'); RETURN NEW; END $$;
CREATE TRIGGER fill BEFORE INSERT ON letters FOR EACH ROW EXECUTE FUNCTION fill();
INSERT INTO letters (letter_id, user_id) VALUES (10, 1);
SET wdd_privacy.purpose = 'ads';
INSERT INTO letters (letter_id, user_id) VALUES (10, 1);
INSERT INTO letters (letter_id, user_id) VALUES (11, NULL);
COPY letters FROM stdin;
12	1	given
\.
SET wdd_privacy.purpose = 'restore';
COPY letters FROM stdin;
12	1	given
\.
RESET wdd_privacy.purpose;
SELECT wdd.approve_trigger('letters', 'fill', 'fills');
INSERT INTO letters (letter_id, user_id) VALUES (13, 1);
SET wdd_privacy.purpose = 'ads';
COPY letters FROM stdin;
14	1	given
\.
RESET wdd_privacy.purpose;
DROP TRIGGER fill ON letters;

\echo - those of PostgreSQL itself need no approval
CREATE TRIGGER same BEFORE UPDATE ON letters FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
UPDATE letters SET letter_id = letter_id WHERE letter_id = 1;
DROP TRIGGER same ON letters;
CREATE TRIGGER same BEFORE UPDATE ON letters FOR EACH ROW WHEN (OLD.body > '') EXECUTE FUNCTION suppress_redundant_updates_trigger();
UPDATE letters SET letter_id = letter_id WHERE letter_id = 1;
DROP TRIGGER same ON letters;

\echo - partitions: approved on the root, it holds for every partition, and those to come
CREATE TABLE visits (user_id bigint, day integer, place text, n integer DEFAULT 0) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (1) TO (10);
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM (10) TO (20);
INSERT INTO visits VALUES (3, 1, 'here');
SECURITY LABEL FOR wdd_privacy ON TABLE visits IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.place IS 'category=contact; purposes=service, ads';
CREATE FUNCTION count_up() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN NEW.n := OLD.n + 1; RETURN NEW; END $$;
CREATE TRIGGER count_up BEFORE UPDATE ON visits FOR EACH ROW EXECUTE FUNCTION count_up();
UPDATE visits SET n = 5;
UPDATE visits_1 SET n = 5;
SELECT wdd.approve_trigger('visits_1', 'count_up', 'x');
SELECT wdd.approve_trigger('visits', 'count_up', 'counts');
UPDATE visits SET n = 5 RETURNING n;
UPDATE visits_1 SET n = 5 RETURNING n;
UPDATE visits SET day = 11 RETURNING tableoid::regclass, n;
CREATE TABLE visits_3 PARTITION OF visits FOR VALUES FROM (20) TO (30);
UPDATE visits SET day = 21 RETURNING tableoid::regclass, n;
PREPARE add_visit AS INSERT INTO visits (user_id, day) VALUES (3, $1);
SET plan_cache_mode = force_generic_plan;
EXECUTE add_visit(5);
CREATE FUNCTION place_it() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN NEW.place := 'placed'; RETURN NEW; END $$;
CREATE TRIGGER place_it BEFORE INSERT ON visits_1 FOR EACH ROW EXECUTE FUNCTION place_it();
EXECUTE add_visit(6);
UPDATE visits SET day = 2 WHERE day = 21;
SELECT wdd.approve_trigger('visits_1', 'place_it', 'places');
EXECUTE add_visit(6);
UPDATE visits SET day = 2 WHERE day = 21 RETURNING tableoid::regclass;
RESET plan_cache_mode;
SELECT relation, trigger, state FROM wdd.trigger_approvals();

\echo - statement triggers and transition tables
CREATE FUNCTION count_rows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RAISE NOTICE '% rows', (SELECT count(*) FROM gone); RETURN NULL; END $$;
CREATE TRIGGER count_rows AFTER DELETE ON letters REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
DELETE FROM letters WHERE letter_id = 1;
SELECT wdd.approve_trigger('letters', 'count_rows', 'x');
DROP TRIGGER count_rows ON letters;

\echo - misuse
SELECT wdd.approve_trigger(NULL, 'touch', 'x');
SELECT wdd.approve_trigger('users', NULL, 'x');
SELECT wdd.approve_trigger('users', 'touch', NULL);
SELECT wdd.approve_trigger('users', 'touch', ' ');
SELECT wdd.approve_trigger('users', 'no such', 'x');
SELECT wdd.approve_trigger('no_such', 'touch', 'x');
SELECT wdd.withdraw_trigger_approval('users', 'no such');
SELECT wdd.withdraw_trigger_approval(NULL, 'touch');
ALTER FUNCTION touch() SET search_path = pg_catalog, public;
SELECT wdd.approve_trigger('users', 'touch', 'x');
ALTER FUNCTION touch() SET search_path = '';
SELECT wdd.approve_trigger('users', 'touch', 'x');
ALTER FUNCTION touch() SET search_path = 'my_pg_temp';
SELECT wdd.approve_trigger('users', 'touch', 'x');
ALTER FUNCTION touch() SET search_path = pg_catalog, "pg_temp";
SELECT wdd.approve_trigger('users', 'touch', 'x');
CREATE ROLE regress_wdd_nobody;
SET ROLE regress_wdd_nobody;
SELECT wdd.approve_trigger('users', 'touch', 'x');
SELECT wdd.withdraw_trigger_approval('users', 'touch');
SELECT * FROM wdd.trigger_approvals();
SELECT wdd.trigger_fingerprint(0);
RESET ROLE;
DROP ROLE regress_wdd_nobody;
SET client_min_messages = warning;
DROP TABLE users, letters, audit, visits;
DROP FUNCTION touch, noted, keep_old, plain, fill, count_up, place_it, count_rows;
DROP EXTENSION wdd_privacy CASCADE;
