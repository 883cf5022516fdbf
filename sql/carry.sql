-- What is stored carries the labels of what it is made of: where it may land.
-- Persons: 1 to 4; all permit ads but 4.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset format unaligned
SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true);
SELECT wdd.add_purpose('service', 'contract'), wdd.add_purpose('ads', 'consent'), wdd.add_purpose('shop', 'contract');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'ads', 'shop', 'backup']) p;
SELECT wdd.grant_consent(ARRAY[1, 2, 3]::bigint[], 'ads'), wdd.register_persons(ARRAY[4]::bigint[]);
CREATE TABLE users (user_id bigint PRIMARY KEY, phone text, id_card text, email text, city text);
INSERT INTO users SELECT i, '1380000000' || i, '11010119900101100' || i, 'p' || i || '@example.com', 'C' || i FROM generate_series(1, 4) i;
CREATE TABLE orders (order_id integer PRIMARY KEY, user_id bigint REFERENCES users, note text);
INSERT INTO orders SELECT i, i, 'note ' || i FROM generate_series(1, 4) i;
CREATE VIEW contacts AS SELECT user_id, phone, city FROM users;
CREATE TABLE plain (user_id bigint PRIMARY KEY, phone text);
CREATE TABLE copied (user_id bigint PRIMARY KEY, phone text, id_card text, city text);
CREATE TABLE wider (user_id bigint, phone text);
CREATE TABLE masked (user_id bigint, phone text, id_card text);
CREATE TABLE other (owner bigint, buyer bigint, phone text);
CREATE TABLE nobody (user_id bigint, phone text);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service, ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.id_card IS 'category=identity; purposes=service, ads; if_not_listed=mask; mask=id_card';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.email IS 'category=contact; purposes=service, ads; if_not_permitted=error';
SECURITY LABEL FOR wdd_privacy ON TABLE orders IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN orders.note IS 'category=contact; purposes=service, ads';
SECURITY LABEL FOR wdd_privacy ON TABLE copied IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN copied.phone IS 'category=contact; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN copied.id_card IS 'category=identity; purposes=ads, service; mask=id_card';
SECURITY LABEL FOR wdd_privacy ON TABLE wider IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN wider.phone IS 'category=contact; purposes=service, ads, shop';
SECURITY LABEL FOR wdd_privacy ON TABLE masked IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN masked.phone IS 'category=contact; purposes=ads; if_not_permitted=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN masked.id_card IS 'category=identity; purposes=ads; mask=name';
SECURITY LABEL FOR wdd_privacy ON TABLE other IS 'subject=owner, buyer; subject_kind=device';
SECURITY LABEL FOR wdd_privacy ON COLUMN other.phone IS 'category=contact; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN nobody.phone IS 'category=contact; purposes=ads';
SET wdd_privacy.purpose = 'ads';

\echo - to a place without label
CREATE TABLE new AS SELECT phone FROM users;
CREATE TABLE new AS SELECT * FROM contacts WITH NO DATA;
DROP TABLE new;
SELECT user_id, phone INTO TEMP new FROM users;
CREATE MATERIALIZED VIEW new AS SELECT max(phone) FROM users;
INSERT INTO plain SELECT user_id, phone FROM users;
INSERT INTO plain (user_id, phone) VALUES (1, DEFAULT), (2, (SELECT phone FROM users WHERE user_id = 2));
UPDATE users SET city = phone WHERE user_id = 1;
UPDATE plain SET phone = plain.phone || u.id_card FROM users u WHERE u.user_id = plain.user_id;
INSERT INTO users (user_id, phone) SELECT user_id, phone FROM users ON CONFLICT (user_id) DO UPDATE SET city = EXCLUDED.phone;
MERGE INTO plain p USING users u ON p.user_id = u.user_id WHEN NOT MATCHED THEN INSERT VALUES (u.user_id, u.phone);
WITH d AS (UPDATE users SET city = city RETURNING user_id, phone) INSERT INTO plain SELECT * FROM d;
INSERT INTO plain SELECT user_id, CASE WHEN phone LIKE '138%' THEN 'mobile' END FROM users;
INSERT INTO plain SELECT user_id, (phone IS NULL)::text FROM users;
INSERT INTO plain SELECT user_id, u::text FROM users u;
INSERT INTO plain SELECT user_id, x FROM users, unnest(string_to_array(phone, '')) x;
INSERT INTO contacts (user_id, city) SELECT 9, phone FROM users;

\echo - to a label that is wider
INSERT INTO wider SELECT user_id, phone FROM users;
INSERT INTO copied (user_id, phone) SELECT user_id, id_card FROM users;
INSERT INTO masked (user_id, phone) SELECT user_id, phone FROM users;
INSERT INTO masked (user_id, id_card) SELECT user_id, id_card FROM users;
INSERT INTO other SELECT user_id, user_id, phone FROM users;

\echo - into a row that is not of the same person
UPDATE users SET phone = (SELECT phone FROM users WHERE user_id = 1) WHERE user_id = 2;
INSERT INTO copied SELECT 2, phone FROM users WHERE user_id = 1;
INSERT INTO copied SELECT a.user_id, b.phone FROM users a, users b;
WITH c AS (SELECT user_id, phone FROM users) INSERT INTO copied SELECT a.user_id, b.phone FROM c a, c b;
INSERT INTO copied SELECT user_id, lag(phone) OVER (ORDER BY user_id) FROM users;
INSERT INTO copied SELECT max(user_id), max(phone) FROM users;
INSERT INTO copied SELECT 2, phone FROM users UNION ALL SELECT user_id, phone FROM users;
INSERT INTO copied SELECT a.user_id, b.phone FROM users a JOIN users b ON a.user_id = b.user_id OR true;
INSERT INTO copied SELECT a.user_id, b.phone FROM users a LEFT JOIN users b ON a.user_id <> b.user_id AND a.user_id = 1;
INSERT INTO copied SELECT a.user_id, b.phone FROM users a, users b WHERE EXISTS (SELECT 1 FROM orders WHERE a.user_id = b.user_id);
INSERT INTO copied (user_id, phone) SELECT user_id, phone FROM users ON CONFLICT ON CONSTRAINT copied_pkey DO UPDATE SET user_id = 4, phone = EXCLUDED.phone;
INSERT INTO orders SELECT 1, 2, phone FROM users WHERE user_id = 2 ON CONFLICT (order_id) DO UPDATE SET note = EXCLUDED.note;
WITH RECURSIVE r(i, p) AS (SELECT user_id, phone FROM users UNION ALL SELECT i + 1, p FROM r WHERE i < 2) INSERT INTO copied SELECT i, p FROM r;
INSERT INTO nobody SELECT user_id, phone FROM users;
INSERT INTO copied SELECT 1, phone FROM nobody;

\echo - to an equal or narrower label, of the same person: legal
INSERT INTO copied SELECT user_id, phone FROM users;
SELECT * FROM copied ORDER BY 1;
DELETE FROM copied WHERE user_id < 3;
INSERT INTO copied SELECT user_id, phone FROM contacts WHERE user_id = 1 UNION ALL SELECT user_id, phone FROM users WHERE user_id = 2;
DELETE FROM copied;
INSERT INTO copied SELECT user_id, string_agg(note, ', ') FROM orders GROUP BY user_id;
DELETE FROM copied;
INSERT INTO copied SELECT o.user_id, u.phone FROM orders o JOIN users u USING (user_id);
DELETE FROM copied;
INSERT INTO copied SELECT 1, phone FROM users WHERE user_id = 1;
INSERT INTO copied VALUES (2, (SELECT phone FROM users WHERE user_id = 2));
INSERT INTO copied SELECT user_id, phone FROM users ON CONFLICT (user_id) DO UPDATE SET phone = copied.phone || EXCLUDED.phone;
INSERT INTO copied SELECT user_id, phone FROM users ON CONFLICT ON CONSTRAINT copied_pkey DO UPDATE SET phone = EXCLUDED.phone;
UPDATE copied c SET phone = u.phone FROM users u WHERE u.user_id = c.user_id;
UPDATE copied c SET (phone, city) = (SELECT u.phone, u.city FROM users u WHERE u.user_id = c.user_id);
MERGE INTO copied c USING users u ON c.user_id = u.user_id WHEN MATCHED THEN UPDATE SET phone = u.phone WHEN NOT MATCHED THEN INSERT VALUES (u.user_id, u.phone);
WITH d AS (DELETE FROM orders WHERE order_id = 1 RETURNING *) INSERT INTO orders SELECT order_id, user_id, note FROM d;
WITH d AS (DELETE FROM orders WHERE order_id = 1 RETURNING *) INSERT INTO orders SELECT 11, user_id, note FROM d;
UPDATE users SET phone = lower(phone) WHERE user_id = 1;
PREPARE copy_one(bigint) AS INSERT INTO copied SELECT $1, phone FROM users WHERE user_id = $1;
DELETE FROM copied;
EXECUTE copy_one(1);
SELECT * FROM copied ORDER BY 1;

\echo - what carries nothing
INSERT INTO plain SELECT user_id, city FROM users WHERE phone LIKE '138%' ORDER BY id_card LIMIT 2;
UPDATE plain SET phone = (SELECT count(phone) FROM users)::text WHERE EXISTS (SELECT 1 FROM users WHERE phone = '13800000001');
CREATE TABLE new AS SELECT city, count(*) AS n, count(DISTINCT phone) FILTER (WHERE id_card > '') AS m FROM users GROUP BY city;
DROP TABLE new;

\echo - who does not permit is asked all the same
INSERT INTO copied (user_id, id_card) SELECT user_id, id_card FROM users WHERE user_id = 4;
SET wdd_privacy.purpose = 'shop';
INSERT INTO copied (user_id, id_card) SELECT user_id, id_card FROM users WHERE user_id = 3;

\echo - backup is no tunnel, a broken glass opens, and its plans do not outlive it
SET wdd_privacy.purpose = 'backup';
CREATE TABLE new AS SELECT phone FROM users;
CREATE FUNCTION take() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO plain SELECT 100 + user_id, phone FROM users WHERE user_id = 1; DELETE FROM plain WHERE user_id > 100; END $$;
SET plan_cache_mode = force_generic_plan;
SET client_min_messages = error;
BEGIN;
SELECT wdd.break_glass('a fire');
SELECT take();
CREATE TABLE new AS SELECT phone FROM users WHERE user_id = 1;
SELECT * FROM new;
DROP TABLE new;
COMMIT;
RESET client_min_messages;
SELECT take();
RESET plan_cache_mode;

\echo - CREATE TABLE AS EXECUTE, with a plan that is there
SET wdd_privacy.purpose = 'ads';
PREPARE selected AS SELECT user_id, id_card FROM users WHERE user_id IN (1, 4) ORDER BY 1;
SET plan_cache_mode = force_generic_plan;
EXECUTE selected;
CREATE TABLE new AS EXECUTE selected;
EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) CREATE TABLE new AS EXECUTE selected;
EXECUTE selected;
RESET plan_cache_mode;

\echo - materialized views with a label
CREATE MATERIALIZED VIEW held AS SELECT user_id, phone FROM users WITH NO DATA;
REFRESH MATERIALIZED VIEW held;
SECURITY LABEL FOR wdd_privacy ON MATERIALIZED VIEW held IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN held.phone IS 'category=contact; purposes=ads';
REFRESH MATERIALIZED VIEW held;
SELECT * FROM held ORDER BY 1;
RESET wdd_privacy.purpose;
SELECT phone FROM held;
DROP MATERIALIZED VIEW held;

\echo - a table that has purposes itself
CREATE TABLE closed_table (user_id bigint, diagnosis text);
INSERT INTO closed_table VALUES (1, 'x');
SECURITY LABEL FOR wdd_privacy ON TABLE closed_table IS 'subject=user_id; purposes=service';
SET wdd_privacy.purpose = 'service';
INSERT INTO plain SELECT 50, diagnosis FROM closed_table;
INSERT INTO closed_table SELECT user_id, diagnosis FROM closed_table;
INSERT INTO plain SELECT 50, count(*)::text FROM closed_table;
DROP TABLE closed_table;
RESET wdd_privacy.purpose;

\echo - rules
CREATE RULE also AS ON UPDATE TO users DO ALSO INSERT INTO plain VALUES (OLD.user_id + 1000, NEW.phone);
SET wdd_privacy.purpose = 'ads';
UPDATE users SET city = 'x' WHERE user_id = 1;
RESET wdd_privacy.purpose;
DROP RULE also ON users;

\echo - generated columns
ALTER TABLE users ADD COLUMN phone_end text GENERATED ALWAYS AS (right(phone, 2)) STORED;
SELECT phone_end FROM users;
ALTER TABLE users ALTER phone_end DROP EXPRESSION;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone_end IS 'category=contact; purposes=ads, shop';
SET wdd_privacy.purpose = 'shop';
SELECT phone_end FROM users;
ALTER TABLE users ALTER phone_end DROP EXPRESSION;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone_end IS 'category=contact; purposes=ads';
ALTER TABLE users ALTER phone_end DROP EXPRESSION;
SELECT phone_end FROM users;
SET wdd_privacy.purpose = 'ads';
SELECT phone_end FROM users WHERE user_id = 1;
RESET wdd_privacy.purpose;
ALTER TABLE users DROP COLUMN phone_end;
CREATE FUNCTION own(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE '%', $1; RETURN $1; END $$;
ALTER TABLE users ADD COLUMN told text GENERATED ALWAYS AS (own(phone)) STORED;
CREATE TABLE later (user_id bigint, phone text, short text GENERATED ALWAYS AS (left(phone, 3)) STORED);
INSERT INTO later VALUES (1, '13800000001');
SECURITY LABEL FOR wdd_privacy ON TABLE later IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN later.phone IS 'category=contact; purposes=ads';
SELECT short FROM later;
SECURITY LABEL FOR wdd_privacy ON COLUMN later.phone IS 'category=contact; purposes=service';
SET wdd_privacy.purpose = 'ads';
SELECT short FROM later;
RESET wdd_privacy.purpose;
DROP TABLE later;

\echo - ALTER COLUMN ... TYPE
DROP VIEW contacts;
ALTER TABLE users ALTER city TYPE text USING phone;
ALTER TABLE users ALTER phone TYPE text USING phone || city;
ALTER TABLE users ALTER phone TYPE text USING own(phone);
ALTER TABLE users ALTER phone TYPE text USING set_config('a.b', phone, false);
ALTER TABLE users ALTER phone TYPE text USING phone::regclass::text;
ALTER TABLE users ALTER phone TYPE smallint USING phone::smallint;
CREATE DOMAIN telling AS text CHECK (own(VALUE) <> '');
CREATE DOMAIN mobile AS text CHECK (VALUE ~ '^1[0-9]{10}$');
ALTER TABLE users ALTER phone TYPE telling;
ALTER TABLE users ALTER phone TYPE mobile;
ALTER TABLE users ALTER phone TYPE bigint USING phone::bigint, ALTER city TYPE varchar(20) USING own(city);
ALTER TABLE users ALTER phone TYPE text;
DROP DOMAIN telling, mobile;
DROP FUNCTION own(text);
CREATE INDEX ON users ((phone::smallint)) WHERE user_id = 3;
ALTER TABLE users ADD CHECK (user_id <> 3 OR phone::smallint > 0);

\echo - LIKE
CREATE TABLE like_all (LIKE users INCLUDING ALL);
CREATE TABLE like_comments (note text, LIKE users INCLUDING COMMENTS);
CREATE TABLE like_bare (LIKE users);
SELECT objoid::regclass, objsubid, label FROM pg_seclabel WHERE objoid::regclass::text LIKE 'like_%' ORDER BY 1, 2;
SET wdd_privacy.purpose = 'ads';
INSERT INTO like_all SELECT * FROM users;
INSERT INTO like_bare SELECT * FROM users;
CREATE TABLE IF NOT EXISTS like_bare (LIKE users INCLUDING ALL);
RESET wdd_privacy.purpose;
SELECT phone FROM like_all;
DROP TABLE like_all, like_comments, like_bare;

\echo - rename and swap: labels follow the data
ALTER TABLE users RENAME TO users_old;
CREATE TABLE users (user_id bigint, phone text);
SET wdd_privacy.purpose = 'ads';
INSERT INTO users SELECT user_id, phone FROM users_old;
RESET wdd_privacy.purpose;
SELECT phone FROM users_old;
ALTER TABLE users_old RENAME phone TO x;
ALTER TABLE users_old RENAME city TO phone;
SELECT x FROM users_old;
SELECT count(phone) FROM users_old;
CREATE SCHEMA elsewhere;
ALTER TABLE users_old SET SCHEMA elsewhere;
SELECT x FROM elsewhere.users_old;
ALTER TABLE elsewhere.users_old DROP COLUMN x, ADD COLUMN x text;
SELECT count(x) FROM elsewhere.users_old;

SET client_min_messages = warning;
DROP SCHEMA elsewhere CASCADE;
DROP TABLE users, orders, plain, copied, wider, masked, other, nobody CASCADE;
DROP FUNCTION take();
DROP EXTENSION wdd_privacy;
