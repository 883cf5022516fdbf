-- What PostgreSQL answers is answered with the guard, too: each of these was
-- found by PostgreSQL's own tests, run with labels (test/core).
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_category('contact');
SELECT wdd.add_purpose('service', 'contract');
SELECT wdd.grant_purpose('service', session_user::regrole);
SET wdd_privacy.purpose = 'service';

\echo - a function in FROM, inlined, whose whole row is returned; no label near
CREATE TABLE plain (f1 int, f2 text, f3 int);
INSERT INTO plain VALUES (1, 'a', 10), (2, 'b', 20);
CREATE FUNCTION plain_rows() RETURNS SETOF plain AS $$ SELECT * FROM plain OFFSET 0 $$ LANGUAGE sql STABLE;
UPDATE plain SET f2 = r.f2 FROM plain_rows() r WHERE r.f1 = plain.f1 RETURNING r;

\echo - a subject column that is labelled itself, masked, and not used by the query
CREATE TABLE calls (caller int, callee text, length int);
INSERT INTO calls VALUES (1, 'x', 10), (2, 'y', 20);
SECURITY LABEL FOR wdd_privacy ON TABLE calls IS 'subject=caller';
SECURITY LABEL FOR wdd_privacy ON COLUMN calls.caller IS 'category=contact; purposes=service; if_not_permitted=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN calls.callee IS 'category=contact; purposes=service; if_not_permitted=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN calls.length IS 'category=contact; purposes=service; if_not_permitted=hide_row';
SELECT length, callee FROM calls WHERE length > 5 ORDER BY length;
SELECT length FROM calls GROUP BY length HAVING length = 20;
DELETE FROM calls WHERE length = 10;

\echo - COPY takes the columns that it takes without labels
CREATE TABLE computed (id int, price int, twice int GENERATED ALWAYS AS (price * 2) STORED);
INSERT INTO computed VALUES (1, 5);
SECURITY LABEL FOR wdd_privacy ON TABLE computed IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN computed.price IS 'category=contact; purposes=service';
COPY computed TO stdout;
COPY computed (price, id) TO stdout;
COPY computed (id, twice) TO stdout;
COPY computed (id, id) TO stdout;
COPY computed (id, missing) TO stdout;

\echo - a table whose subject column is gone is closed, to COPY as well
ALTER TABLE computed DROP COLUMN id;
COPY computed TO stdout;
COPY computed FROM '/dev/null';
SELECT price FROM computed;

DROP TABLE plain, calls, computed CASCADE;
DROP EXTENSION wdd_privacy CASCADE;
