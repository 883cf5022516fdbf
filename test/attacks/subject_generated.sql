-- what: change the column that a subject is generated from, and so whose row it is
-- known: own
-- purpose: service
-- expect: generated column "person" of relation "letters" cannot hold a subject
\connect - dba
CREATE TABLE letters (writer bigint, person bigint GENERATED ALWAYS AS (writer) STORED, body text);
INSERT INTO letters VALUES (666, DEFAULT, '13900000666');
GRANT SELECT, UPDATE ON letters TO app;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=person';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.body IS 'category=contact; purposes=service';
\endif
\connect - app
UPDATE letters SET writer = 3;
SELECT body FROM letters;
