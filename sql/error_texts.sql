-- Error messages of statements over protected rows show no values; what user code
-- says stays, and so does everything of tables without labels.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset format unaligned
SELECT wdd.add_purpose('asked', 'consent'), wdd.grant_purpose('asked', session_user::regrole);
SELECT wdd.add_category('contact'), wdd.add_purpose('service', 'contract'), wdd.grant_purpose('service', session_user::regrole);
CREATE TABLE users (user_id bigint PRIMARY KEY, phone varchar(20), city varchar(5), born date, UNIQUE (city, phone) DEFERRABLE);
CREATE TABLE plain (LIKE users INCLUDING ALL);
INSERT INTO users VALUES (1, '13800000001x', 'c1'), (2, '13800000001x', 'c2');
INSERT INTO plain TABLE users;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service, asked';

\echo - data exceptions: of queries
SET wdd_privacy.purpose = 'service';
SELECT phone::bigint FROM users;
SELECT phone::bigint FROM plain;
SELECT phone::date FROM users;
SELECT '{"a": '::text || phone || '}' FROM users WHERE (('{"a": '::text || phone || '}')::json ->> 'a') = '';
SELECT 1 / (user_id - 1) FROM users WHERE phone > '';
SELECT xmlparse(DOCUMENT phone) FROM users;
SELECT 'x'::date, phone FROM users;
\set VERBOSITY sqlstate
SELECT phone::bigint FROM users;
\set VERBOSITY default
\echo - of writes
UPDATE users SET city = 'much too long';
UPDATE plain SET city = 'much too long';
UPDATE users SET city = phone || phone;
INSERT INTO users SELECT 3, phone, 'c3', phone::date FROM users WHERE user_id = 1;
COPY users (user_id, phone, born) FROM stdin;
4	13800000004	13800000005
\.
COPY plain (user_id, phone, born) FROM stdin;
4	13800000004	13800000005
\.
COPY users (user_id, phone) FROM stdin;
1	13800000004
\.

\echo - COPY FROM: the number of the line, and not what it says; in every error
CREATE TABLE strict (user_id bigint PRIMARY KEY, phone text CHECK (phone < '9'), n integer NOT NULL DEFAULT 0);
CREATE TABLE "odd, line 9" (LIKE strict INCLUDING ALL);
SECURITY LABEL FOR wdd_privacy ON TABLE strict IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN strict.phone IS 'category=contact; purposes=service, asked';
SECURITY LABEL FOR wdd_privacy ON TABLE "odd, line 9" IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN "odd, line 9".phone IS 'category=contact; purposes=service, asked';
COPY strict FROM stdin;
1	13800000001	1
2	13800000002	x13800000003
\.
COPY strict FROM stdin;
1	13800000001	1
2	93800000002	2
\.
COPY strict FROM stdin;
1	13800000001	\N
\.
COPY strict FROM stdin;
1	13800000001
\.
COPY strict FROM stdin;
1	13800000001	1	13800000002
\.
COPY strict FROM stdin;
1	13800000001\	1
\.
COPY "odd, line 9" FROM stdin CSV;
1,"13800000001
COPY odd, line 9, line 1
PL/pgSQL function 13800000002",x
\.
\echo - our own refusals
RESET wdd_privacy.purpose;
COPY strict FROM stdin;
1	13800000001	1
\.
SET wdd_privacy.purpose = 'asked';
COPY strict (user_id, n) FROM stdin;
1	1
\.
COPY strict FROM stdin;
2	13800000002	1
\.
COPY strict FROM stdin;
2	\N	1
4	13800000002	1
\.
SET wdd_privacy.purpose = 'service';
\echo - what triggers raise
CREATE FUNCTION raises() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '22023'; END $$;
CREATE TRIGGER raises AFTER INSERT ON strict FOR EACH ROW EXECUTE FUNCTION raises();
COPY strict FROM stdin;
3	13800000001	1
\.
DROP TRIGGER raises ON strict;
\echo - for handlers
\set file `mktemp`
SET wdd.file = :'file';
COPY (SELECT '3' || E'\t13800000001\t' || 'x13800000009') TO :'file';
SET wdd_privacy.purpose = '';
DO $$
DECLARE
    message text;
    detail text;
    context text;
BEGIN
    FOREACH message IN ARRAY ARRAY['', 'service'] LOOP
        PERFORM set_config('wdd_privacy.purpose', message, true);
        BEGIN
            EXECUTE format('COPY strict FROM %L', current_setting('wdd.file'));
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, context = PG_EXCEPTION_CONTEXT;
            RAISE WARNING 'message %, detail %, context %', message, detail, replace(context, current_setting('wdd.file'), 'file');
        END;
    END LOOP;
END $$;
\setenv file :file
\! rm -f "$file"
SET wdd_privacy.purpose = 'service';
DROP TABLE strict, "odd, line 9";
DROP FUNCTION raises;

\echo - in functions: the frames stay, the values do not
CREATE FUNCTION ask() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT phone::bigint FROM users WHERE user_id = 1); END $$;
SELECT ask();
DO $$
DECLARE
    message text;
    detail text;
    context text;
BEGIN
    PERFORM ('{"a": '::text || phone || '}')::json FROM users;
EXCEPTION WHEN data_exception THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, context = PG_EXCEPTION_CONTEXT;
    RAISE WARNING 'message %, detail %, context %', message, detail, context;
END $$;

\echo - what user code raises is its own
CREATE FUNCTION say(t text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'said "%"', t USING ERRCODE = '22023', DETAIL = 'a detail';
END $$;
SELECT say(phone) FROM users WHERE user_id = 1;

\echo - stored rows: constraints, indexes, conversions, with no purpose
RESET wdd_privacy.purpose;
ALTER TABLE users ADD CHECK (phone::bigint > 0);
ALTER TABLE users ADD CHECK (phone::bigint > 0) NOT VALID;
UPDATE users SET city = 'c' WHERE user_id = 1;
ALTER TABLE users DROP CONSTRAINT users_phone_check;
CREATE INDEX ON users ((phone::bigint));
ALTER TABLE users ALTER phone TYPE bigint USING phone::bigint;
ALTER TABLE users ADD n bigint GENERATED ALWAYS AS (phone::bigint) STORED;
ALTER TABLE users ADD CHECK (phone = '1'::date::text);
ALTER TABLE users ADD CHECK (phone = 'x'::date::text);
CREATE UNIQUE INDEX ON users (phone);
ALTER TABLE plain ADD CHECK (phone::bigint > 0);

\echo - deferred constraints
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
UPDATE users SET city = 'c';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
UPDATE users SET city = 'c';
COMMIT;
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
UPDATE plain SET city = 'c';
COMMIT;
\echo - where the key has no label, and at once, it is shown
INSERT INTO users (user_id) VALUES (1);

SET client_min_messages = warning;
DROP TABLE users, plain;
DROP FUNCTION ask, say;
DROP EXTENSION wdd_privacy CASCADE;
