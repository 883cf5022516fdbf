-- Code that PostgreSQL runs over stored rows without a query: what it may be.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_category('contact'), wdd.add_purpose('service', 'contract');
CREATE FUNCTION own(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN value; END $$;
CREATE DOMAIN phone_number AS text;
CREATE TABLE users (user_id bigint PRIMARY KEY, phone phone_number, city text);
INSERT INTO users VALUES (1, '13812345678', 'Beijing');
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service';

-- refused: functions that are neither PostgreSQL's own nor in C, or not immutable
ALTER TABLE users ADD CONSTRAINT phone_check CHECK (own(phone) <> '');
ALTER TABLE users ADD CONSTRAINT phone_check CHECK (set_config('a.b', phone, false) <> '');
ALTER TABLE users ADD CONSTRAINT city_check CHECK (own(city) <> '' OR phone IS NULL);
ALTER DOMAIN phone_number ADD CONSTRAINT phone_check CHECK (own(VALUE) <> '') NOT VALID;
CREATE INDEX own_index ON users (own(phone));
CREATE INDEX own_index ON users (user_id) WHERE own(phone) <> '';
CREATE STATISTICS own_statistics ON own(phone), city FROM users;

-- right: what they are, and whatever does not touch a labelled column
ALTER TABLE users ADD CONSTRAINT phone_check CHECK (phone ~ '^1[0-9]{10}$' AND length(phone) = 11);
ALTER TABLE users ADD CONSTRAINT city_check CHECK (own(city) <> '');
ALTER DOMAIN phone_number ADD CONSTRAINT phone_check CHECK (VALUE ~ '^[+0-9]+$');
CREATE INDEX lower_index ON users (lower(phone)) WHERE phone IS NOT NULL;
CREATE INDEX CONCURRENTLY city_index ON users (own(city), phone text_pattern_ops);
CREATE STATISTICS good_statistics ON lower(phone), city FROM users;
ANALYZE users;

-- a value that does not fit is not shown
ALTER TABLE users ADD CONSTRAINT short_check CHECK (length(phone) < 11);
ALTER DOMAIN phone_number ADD CONSTRAINT short_check CHECK (length(VALUE) < 11);
ALTER TABLE users ADD CONSTRAINT number_check CHECK (('x' || phone)::integer > 0);

DROP TABLE users;
DROP DOMAIN phone_number;
DROP FUNCTION own(text);
DROP EXTENSION wdd_privacy;
