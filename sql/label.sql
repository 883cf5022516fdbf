-- Labels: who may set them, what they may say, and what they then mean.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true);
SELECT wdd.add_purpose('service', 'contract'), wdd.add_purpose('ads', 'consent');

CREATE TABLE users (user_id bigint PRIMARY KEY, name text, phone text, id_card text, score integer, born date);
CREATE VIEW users_view AS SELECT * FROM users;

-- well formed: blanks, case of keys and a trailing semicolon do not matter
SECURITY LABEL FOR wdd_privacy ON TABLE users IS ' Subject = user_id ;';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'PURPOSES = service , ads;category=contact';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.id_card IS 'category=identity; purposes=service; mask=id_card; if_not_listed=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.score IS 'purposes=service; if_not_permitted=error; mask=null; provenance=self; on_erase=redact';
SELECT * FROM wdd.label_fields('users') ORDER BY attnum, key;

-- not well formed: the message says where
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS '';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS ' ; ; ';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purpose=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service,,ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; 名字=x';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS '名字=x; purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; category=contact, identity';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; if_not_permitted=hide';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; if_not_listed=hide_row';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; consent_by=silence';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; consent_by=provision';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; on_erase=burn';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; subject=user_id';
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id; category=contact';
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject_kind=account';
-- noise
DO $$
DECLARE
    noise text;
    said text;
    detail text;
BEGIN
    FOREACH noise IN ARRAY ARRAY['purposes=' || repeat('x', 10000), 'purposes=' || repeat('x', 64),
                                 repeat(E'\x01;=,''"', 100), repeat('=', 300), repeat('值', 2000)] LOOP
        BEGIN
            EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS %L', noise);
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
            RAISE NOTICE '% % %', SQLSTATE, said, detail;
        END;
    END LOOP;
END $$;

-- rules that cannot be kept yet are not accepted
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; group=a';
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id; residency=cn';
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id; retain=1 year';
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id; service=shop';

-- names are looked up: columns must exist, purposes may come later
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=nobody';
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=born';
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=ctid';
CREATE TABLE made (writer bigint, person bigint GENERATED ALWAYS AS (writer) STORED);
SECURITY LABEL FOR wdd_privacy ON TABLE made IS 'subject=person';
DROP TABLE made;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service; mask=moustache';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.born IS 'purposes=service; mask=name';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.name IS 'category=face; purposes=service, research';
SELECT wdd.grant_purpose('service', session_user::regrole);
SET wdd_privacy.purpose = 'service';
INSERT INTO users (user_id, name) VALUES (1, 'Wang');
INSERT INTO users (user_id, phone, id_card, score, born) VALUES (1, '13800000001', '110101199003070011', 7, '1990-03-07');
SELECT name FROM users;
SELECT wdd.add_category('face');
SELECT name FROM users;
SELECT wdd.add_purpose('research', 'consent');
SELECT name FROM users;
RESET wdd_privacy.purpose;

-- where labels stand
SECURITY LABEL FOR wdd_privacy ON VIEW users_view IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users_view.phone IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON TABLE pg_class IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON TABLE wdd.person IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON SCHEMA public IS 'purposes=service';

-- owners do not relabel; administrators who own do
CREATE ROLE label_owner;
CREATE TABLE owned (id integer, phone text);
ALTER TABLE owned OWNER TO label_owner;
SET ROLE label_owner;
SECURITY LABEL FOR wdd_privacy ON COLUMN owned.phone IS 'purposes=service';
RESET ROLE;
SECURITY LABEL FOR wdd_privacy ON COLUMN owned.phone IS 'purposes=service';
SET ROLE label_owner;
SECURITY LABEL FOR wdd_privacy ON COLUMN owned.phone IS NULL;
RESET ROLE;
SELECT wdd.grant_duty('administer', 'label_owner');
SET ROLE label_owner;
SECURITY LABEL FOR wdd_privacy ON COLUMN owned.phone IS NULL;
RESET ROLE;
SELECT wdd.revoke_duty('administer', 'label_owner');
SELECT * FROM wdd.label_fields('owned');

-- a label without a subject: nobody to ask, so only what asks nobody opens it
CREATE TABLE nobody (phone text);
INSERT INTO nobody VALUES ('13800000002');
SECURITY LABEL FOR wdd_privacy ON COLUMN nobody.phone IS 'category=contact; purposes=service, ads';
SELECT wdd.grant_purpose('ads', session_user::regrole);
SET wdd_privacy.purpose = 'service';
SELECT * FROM nobody;
SET wdd_privacy.purpose = 'ads';
SELECT * FROM nobody;
RESET wdd_privacy.purpose;

-- a relabelling binds prepared statements
PREPARE names AS SELECT name FROM users;
SET wdd_privacy.purpose = 'service';
EXECUTE names;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.name IS 'category=face; purposes=research';
EXECUTE names;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.name IS NULL;
RESET wdd_privacy.purpose;
EXECUTE names;

-- odd names
CREATE TABLE "odd;=,'""表" ("col;=,'""列" text, "Id" integer);
SECURITY LABEL FOR wdd_privacy ON TABLE "odd;=,'""表" IS 'subject=Id';
SECURITY LABEL FOR wdd_privacy ON COLUMN "odd;=,'""表"."col;=,'""列" IS 'purposes=service';
SELECT * FROM "odd;=,'""表";

-- DROP EXTENSION: not while there are labels
DROP EXTENSION wdd_privacy;
DROP OWNED BY SESSION_USER;
DROP SCHEMA wdd CASCADE;
DROP EXTENSION plpgsql CASCADE;
DROP TABLE "odd;=,'""表", nobody, owned;
DROP VIEW users_view;
DROP EXTENSION wdd_privacy CASCADE;
SELECT * FROM users;
SELECT count(*) FROM pg_seclabel WHERE provider = 'wdd_privacy';
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
DROP TABLE users;
DROP ROLE label_owner;
-- without labels it goes along with its schema
SET client_min_messages = warning;
CREATE EXTENSION wdd_privacy;
DROP SCHEMA wdd CASCADE;
SELECT count(*) FROM pg_extension WHERE extname = 'wdd_privacy';
