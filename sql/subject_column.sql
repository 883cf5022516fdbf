-- DDL that would put other values, or another column, in the place of a subject, or
-- bring code of users to the rows of a labelled table.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_category('contact');
SELECT wdd.add_purpose('ads', 'consent');
CREATE FUNCTION same(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN t; END';
CREATE TABLE users (user_id integer PRIMARY KEY, phone text UNIQUE, other integer);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads';

\echo - a subject is converted so that it keeps its value
ALTER TABLE users ALTER user_id TYPE bigint;
ALTER TABLE users ALTER user_id TYPE text;
ALTER TABLE users ALTER user_id TYPE varchar(20);
ALTER TABLE users ALTER user_id TYPE text COLLATE "C" USING user_id::text;
ALTER TABLE users ALTER user_id TYPE integer USING user_id::integer;
ALTER TABLE users ALTER user_id TYPE integer USING 1;
ALTER TABLE users ALTER user_id TYPE varchar USING user_id::text::varchar(1);

\echo - no column comes to bear the name of a subject that is gone
ALTER TABLE users RENAME user_id TO id;
ALTER TABLE users DROP COLUMN id;
ALTER TABLE users ADD COLUMN id integer DEFAULT 1;
ALTER TABLE users RENAME other TO id;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS NULL;
ALTER TABLE users ADD COLUMN id integer DEFAULT 1;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=id';

\echo - several persons that a collation takes for one
CREATE COLLATION same_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE named (person text COLLATE same_case, span numrange);
SECURITY LABEL FOR wdd_privacy ON TABLE named IS 'subject=person';

\echo - a parent that is given a column later, which is labelled in its child alone
CREATE TABLE above (id integer);
SECURITY LABEL FOR wdd_privacy ON TABLE above IS 'subject=id';
ALTER TABLE users INHERIT above;
SELECT id FROM above;
ALTER TABLE above ADD COLUMN phone text;
SELECT id FROM above;
SECURITY LABEL FOR wdd_privacy ON COLUMN above.phone IS 'category=contact; purposes=ads';
SELECT id FROM above;
ALTER TABLE users NO INHERIT above;

\echo - code of tables that join, and keys that look through rows
CREATE TABLE child (CHECK (same(phone) = 'x')) INHERITS (users);
CREATE TABLE root (LIKE users INCLUDING COMMENTS) PARTITION BY LIST ((same(phone)));
CREATE TABLE part PARTITION OF root DEFAULT;

\echo - values that a foreign key would copy
CREATE TABLE copies (phone text REFERENCES users (phone) ON UPDATE CASCADE);
CREATE TABLE keys (phone text REFERENCES users (phone));

\echo - functions that were trusted, and those of range types
CREATE FUNCTION shout(text) RETURNS text LANGUAGE internal IMMUTABLE STRICT AS 'upper';
CREATE INDEX ON users (shout(phone));
CREATE OR REPLACE FUNCTION shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION difference(a float8, b float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = difference);
ALTER TABLE named ALTER span TYPE span USING NULL;
SECURITY LABEL FOR wdd_privacy ON COLUMN named.span IS 'category=contact; purposes=ads';
CREATE DOMAIN spans AS span_multirange[];
ALTER TABLE named ADD spans spans, ADD quiet float8;
SECURITY LABEL FOR wdd_privacy ON COLUMN named.spans IS 'category=contact; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN named.quiet IS 'category=contact; purposes=ads';
ALTER TABLE named ALTER quiet TYPE span USING span(quiet, quiet);

DROP TABLE users, named, above, keys, root CASCADE;
DROP FUNCTION same(text);
DROP FUNCTION shout(text);
DROP DOMAIN spans;
DROP TYPE span;
DROP FUNCTION difference(float8, float8);
DROP COLLATION same_case;
