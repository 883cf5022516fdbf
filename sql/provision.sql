-- Consent by provision: storing a value is the person's consent to the label's
-- opt-in purposes for its category (clause 1.2).
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true);
SELECT wdd.add_purpose('registration', 'consent'), wdd.add_purpose('ads', 'consent'),
       wdd.add_purpose('push', 'legitimate_interest'), wdd.add_purpose('service', 'contract');
CREATE TABLE users (user_id bigint PRIMARY KEY, phone text, email text, city text);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS
    'category=contact; purposes=registration, push, service; consent_by=provision';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.email IS 'category=contact; purposes=registration, ads';
CREATE ROLE provision_app;
CREATE ROLE provision_other;
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO provision_app, provision_other;
SELECT wdd.grant_purpose(p, r::regrole) FROM unnest(ARRAY['registration', 'push', 'service', 'ads']) p,
    unnest(ARRAY['provision_app', 'provision_other']) r;
SELECT wdd.grant_duty('record_consent', 'provision_app');

-- without the duty it is a value like any other
SET ROLE provision_other;
SET wdd_privacy.purpose = 'registration';
INSERT INTO users (user_id, phone) VALUES (1, '13800000001');
INSERT INTO users (user_id, phone) VALUES (1, NULL);
RESET ROLE;

-- with it, the person consents
SET ROLE provision_app;
SET wdd_privacy.purpose = 'registration';
INSERT INTO users (user_id, phone) VALUES (2, '13800000002'), (3, '13800000003'), (4, NULL) RETURNING user_id, phone;
UPDATE users SET phone = '13800000004' WHERE user_id = 4;
SELECT user_id, phone FROM users ORDER BY 1;
RESET ROLE;
SELECT purpose, category, permitted FROM wdd.consents(2::bigint) ORDER BY 1, 2;
SELECT count(*), count(DISTINCT person_id) FROM wdd.consent_event;

-- for the category of the column, not for another column's purposes
SET ROLE provision_app;
SET wdd_privacy.purpose = 'ads';
UPDATE users SET email = 'a@b.cn' WHERE user_id = 2;

-- rolled back with the value
SET wdd_privacy.purpose = 'registration';
BEGIN;
INSERT INTO users (user_id, phone) VALUES (5, '13800000005');
SAVEPOINT a;
INSERT INTO users (user_id, phone) VALUES (6, '13800000006');
SELECT user_id, phone FROM users WHERE user_id IN (5, 6) ORDER BY 1;
ROLLBACK TO a;
COMMIT;
SELECT user_id, phone FROM users WHERE user_id IN (5, 6) ORDER BY 1;
RESET ROLE;
SELECT wdd.permitted(5::bigint, 'registration', 'contact'), wdd.permitted(6::bigint, 'registration', 'contact');

-- never over a withdrawal
SELECT wdd.withdraw_consent(7::bigint, 'registration');
SET ROLE provision_app;
SET wdd_privacy.purpose = 'registration';
INSERT INTO users (user_id, phone) VALUES (7, '13800000007');
INSERT INTO users (user_id, phone) VALUES (8, '13800000008'), (7, '13800000007');
INSERT INTO users (user_id) VALUES (7);
RESET ROLE;
SELECT wdd.permitted(7::bigint, 'registration', 'contact'), wdd.permitted(8::bigint, 'registration', 'contact');

-- under a purpose that asks nobody consent is recorded all the same
SET ROLE provision_app;
SET wdd_privacy.purpose = 'service';
INSERT INTO users (user_id, phone) VALUES (9, '13800000009');
RESET ROLE;
SELECT wdd.permitted(9::bigint, 'registration', 'contact');

-- COPY, and a foreign key to the person at the same time
SET ROLE provision_app;
SET wdd_privacy.purpose = 'registration';
COPY users (user_id, phone, city) FROM stdin;
11	13800000011	Beijing
12	\N	Shanghai
13	13800000013	Nanjing
\.
COPY users (user_id, phone) FROM stdin;
14	13800000014
7	13800000007
\.
SELECT user_id, phone, city FROM users WHERE user_id > 10 ORDER BY 1;
RESET ROLE;
SELECT i, wdd.permitted(i::bigint, 'registration', 'contact') FROM unnest(ARRAY[11, 12, 13, 14]) i;

-- never under restore
SELECT wdd.grant_purpose('restore', 'provision_app');
SET ROLE provision_app;
SET wdd_privacy.purpose = 'restore';
INSERT INTO users (user_id, phone) VALUES (15, '13800000015');
RESET ROLE;
SELECT wdd.permitted(15::bigint, 'registration', 'contact');

-- uuid and text keys, two subjects
CREATE TABLE letters (sender uuid, receiver uuid, address text);
CREATE TABLE posts (author varchar(20), phone text);
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=sender, receiver';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.address IS 'category=contact; purposes=registration; consent_by=provision';
SECURITY LABEL FOR wdd_privacy ON TABLE posts IS 'subject=author';
SECURITY LABEL FOR wdd_privacy ON COLUMN posts.phone IS 'category=contact; purposes=registration; consent_by=provision';
GRANT SELECT, INSERT ON letters, posts TO provision_app;
SET ROLE provision_app;
SET wdd_privacy.purpose = 'registration';
INSERT INTO letters VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'Beijing');
INSERT INTO letters VALUES ('00000000-0000-0000-0000-000000000003', NULL, 'Beijing');
INSERT INTO posts VALUES ('李雷', '13800000020'), ('韩梅梅', '13800000021');
SELECT * FROM letters;
SELECT * FROM posts;
RESET ROLE;
RESET wdd_privacy.purpose;
SELECT wdd.permitted('00000000-0000-0000-0000-000000000002'::uuid, 'registration', 'contact'),
       wdd.permitted('韩梅梅'::text, 'registration', 'contact');

-- within the statement it holds, wherever it asks, for keys of every type
CREATE TABLE calls (user_id bigint, phone text, note text);
CREATE TABLE calls_integer (user_id integer, note text);
SECURITY LABEL FOR wdd_privacy ON TABLE calls IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN calls.phone IS 'category=contact; purposes=registration; consent_by=provision';
SECURITY LABEL FOR wdd_privacy ON COLUMN calls.note IS 'category=contact; purposes=registration';
SECURITY LABEL FOR wdd_privacy ON TABLE calls_integer IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN calls_integer.note IS 'category=contact; purposes=registration';
GRANT SELECT, INSERT ON calls, calls_integer TO provision_app;
SET wdd_privacy.purpose = 'restore';
SELECT wdd.grant_purpose('restore', session_user::regrole);
INSERT INTO calls SELECT i, NULL, 'note ' || i FROM generate_series(30, 35) i;
INSERT INTO calls_integer SELECT i, 'note ' || i FROM generate_series(30, 35) i;
RESET wdd_privacy.purpose;
SET ROLE provision_app;
SET wdd_privacy.purpose = 'registration';
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT * FROM calls;
WITH new AS (INSERT INTO calls VALUES (31, '13800000031') RETURNING user_id)
SELECT c.note, i.note FROM new LEFT JOIN calls c USING (user_id) LEFT JOIN calls_integer i USING (user_id);
-- of WITH that nobody reads, which is run at the statement's end
WITH new AS (INSERT INTO calls VALUES (32, '13800000032')) SELECT 1;
WITH new AS (INSERT INTO calls VALUES (33, '13800000033')) INSERT INTO calls VALUES (33, '13800000034');
SELECT note, phone FROM calls WHERE user_id > 31;
RESET enable_hashjoin;
RESET enable_mergejoin;
RESET ROLE;
RESET wdd_privacy.purpose;
SELECT i, wdd.permitted(i::bigint, 'registration', 'contact') FROM generate_series(30, 34) i;

DROP TABLE users, letters, posts, calls, calls_integer;
DROP EXTENSION wdd_privacy;
DROP ROLE provision_app, provision_other;
