-- Foreign keys of protected tables work with every action, whatever the purpose
-- of the session, and tell nobody more than they should.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_category('key');
SELECT wdd.add_purpose('ads', 'consent'), wdd.add_purpose('service', 'contract');
SELECT wdd.grant_purpose('service', session_user::regrole);

CREATE TABLE users (user_id bigint PRIMARY KEY, phone text);
CREATE TABLE cascaded (user_id bigint REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE, note text);
CREATE TABLE set_null (user_id bigint REFERENCES users ON DELETE SET NULL ON UPDATE SET NULL, note text);
CREATE TABLE set_default (user_id bigint DEFAULT 0 REFERENCES users ON DELETE SET DEFAULT ON UPDATE SET DEFAULT, note text);
CREATE TABLE restricted (user_id bigint REFERENCES users ON DELETE RESTRICT, note text);
CREATE TABLE no_action (user_id bigint REFERENCES users DEFERRABLE INITIALLY DEFERRED, note text);
INSERT INTO users SELECT i, '1380000000' || i FROM generate_series(0, 6) i;
INSERT INTO cascaded VALUES (1, 'a'), (2, 'a');
INSERT INTO set_null VALUES (1, 'b'), (2, 'b');
INSERT INTO set_default VALUES (1, 'c'), (2, 'c');
INSERT INTO restricted VALUES (3, 'd');
INSERT INTO no_action VALUES (4, 'e');
-- the keys themselves are labelled, and so is the table as a whole
DO $$
DECLARE
    relation text;
BEGIN
    FOREACH relation IN ARRAY ARRAY['users', 'cascaded', 'set_null', 'set_default', 'restricted', 'no_action'] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON TABLE %I IS %L', relation, 'subject=user_id; purposes=service');
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN %I.user_id IS %L', relation, 'category=key; purposes=service');
    END LOOP;
END $$;
SECURITY LABEL FOR wdd_privacy ON COLUMN cascaded.note IS 'category=key; purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN set_null.note IS 'category=key; purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN set_default.note IS 'category=key; purposes=service';

-- without a purpose nothing here may be touched
DELETE FROM users WHERE user_id = 1;
SELECT count(*) FROM cascaded;

-- with one, the actions reach every table
SET wdd_privacy.purpose = 'service';
DELETE FROM users WHERE user_id = 1;
UPDATE users SET user_id = 12 WHERE user_id = 2;
SELECT * FROM cascaded ORDER BY 1;
SELECT * FROM set_null ORDER BY 1;
SELECT * FROM set_default ORDER BY 1;
DO $$
DECLARE
    detail text;
BEGIN
    DELETE FROM users WHERE user_id = 3;
EXCEPTION WHEN foreign_key_violation OR restrict_violation THEN	-- before 18, and since
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RAISE NOTICE 'restricted: %', detail;
END $$;
BEGIN;
DELETE FROM users WHERE user_id = 4;
INSERT INTO users VALUES (4, 'again');
COMMIT;
BEGIN;
DELETE FROM users WHERE user_id = 4;
COMMIT;
INSERT INTO cascaded VALUES (5, 'ok'), (99, 'no such user');
INSERT INTO cascaded VALUES (5, 'ok');

-- rows that go to another person are checked, each, although the other table is not protected
SELECT wdd.grant_purpose('ads', session_user::regrole);
SELECT wdd.grant_consent(1::bigint, 'ads');
CREATE TABLE accounts (id bigint PRIMARY KEY);
CREATE TABLE letters (user_id bigint DEFAULT 1 REFERENCES accounts ON UPDATE CASCADE ON DELETE SET DEFAULT, body text);
INSERT INTO accounts VALUES (1), (2), (3);
INSERT INTO letters VALUES (1, 'of person 1'), (2, 'of person 2');
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.body IS 'category=key; purposes=ads';
RESET wdd_privacy.purpose;
UPDATE accounts SET id = 4 WHERE id = 3;	-- has no letters
DELETE FROM accounts WHERE id = 4;
UPDATE accounts SET id = 4 WHERE id = 2;
SET wdd_privacy.purpose = 'ads';
UPDATE accounts SET id = 4 WHERE id = 2;	-- not of the old person's will
DELETE FROM accounts WHERE id = 2;
UPDATE accounts SET id = 4 WHERE id = 1;	-- the new person has agreed to nothing
SELECT wdd.grant_consent(4::bigint, 'ads');
UPDATE accounts SET id = 4 WHERE id = 1;
SELECT * FROM letters;
DROP TABLE letters, accounts;
SET wdd_privacy.purpose = 'service';

-- adding and validating one
CREATE TABLE later (user_id bigint, note text);
INSERT INTO later VALUES (5, 'x');
SECURITY LABEL FOR wdd_privacy ON TABLE later IS 'subject=user_id; purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN later.user_id IS 'category=key; purposes=service';
RESET wdd_privacy.purpose;
ALTER TABLE later ADD CONSTRAINT later_fkey FOREIGN KEY (user_id) REFERENCES users;
ALTER TABLE later DROP CONSTRAINT later_fkey;
ALTER TABLE later ADD CONSTRAINT later_fkey FOREIGN KEY (user_id) REFERENCES users NOT VALID;
ALTER TABLE later VALIDATE CONSTRAINT later_fkey;

-- code that runs inside a cascade gets no more than it would outside
CREATE TABLE seen (what text);
CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seen SELECT phone FROM users;
    RETURN OLD;
END $$;
SECURITY LABEL FOR wdd_privacy ON TABLE cascaded IS NULL;
SECURITY LABEL FOR wdd_privacy ON COLUMN cascaded.user_id IS NULL;
SECURITY LABEL FOR wdd_privacy ON COLUMN cascaded.note IS NULL;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.user_id IS NULL;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=key; purposes=ads';
CREATE TRIGGER look BEFORE DELETE ON cascaded FOR EACH ROW EXECUTE FUNCTION look();
DELETE FROM users WHERE user_id = 5;
DROP TRIGGER look ON cascaded;
TRUNCATE later;
DELETE FROM users WHERE user_id = 5;
SELECT * FROM seen;

DROP TABLE later, cascaded, set_null, set_default, restricted, no_action, users, seen;
DROP FUNCTION look();
DROP EXTENSION wdd_privacy;
