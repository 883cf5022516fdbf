-- Scans that look ahead on their pages, in sets too large for a processor's
-- cache: each row is answered for as its own person permits, whatever lies
-- before the subject in the row, and whatever else is on the page.
\set VERBOSITY default
\set home :DBNAME
CREATE DATABASE regress_look_ahead;
\c regress_look_ahead
CREATE EXTENSION wdd_privacy;
DO $$
BEGIN
    PERFORM wdd.add_purpose('ahead_' || key, 'consent') FROM unnest('{number,uuid,text}'::text[]) AS key;
    PERFORM wdd.grant_purpose('ahead_' || key, session_user::regrole) FROM unnest('{number,uuid,text}'::text[]) AS key;
    PERFORM wdd.add_category('ahead_contact'), wdd.add_category('ahead_place');
END $$;

-- Keys of a person: in no order, as those of random uuids.
CREATE FUNCTION number_of(i bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN hashint8extended(i, 1);
CREATE FUNCTION uuid_of(i bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN md5(i::text)::uuid;
CREATE FUNCTION text_of(i bigint) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN 'person ' || i || repeat('.', CASE WHEN i % 1000 = 1 THEN 3000 WHEN i % 10 = 2 THEN 150 ELSE 0 END::integer);

-- All but every tenth of 200,000 consent, the same ones whatever their key; in
-- category ahead_place all but every seventh of the first 2,000 besides.
INSERT INTO wdd.consent_state (purpose_id, category_id, kind_id, key_integer, key_uuid, key_text, permitted, event_id, person_id, changed_xid)
SELECT wdd.purpose_id('ahead_' || key), wdd.category_id('ahead_contact'), 1,
       CASE key WHEN 'number' THEN number_of(i) END, CASE key WHEN 'uuid' THEN uuid_of(i) END,
       CASE key WHEN 'text' THEN text_of(i) END, true, 0, '00000000-0000-0000-0000-000000000000', '0'
  FROM unnest('{number,uuid,text}'::text[]) AS key, generate_series(1, 200000::bigint) AS i WHERE i % 10 <> 0;
INSERT INTO wdd.consent_state (purpose_id, category_id, kind_id, key_integer, permitted, event_id, person_id, changed_xid)
SELECT wdd.purpose_id('ahead_number'), wdd.category_id('ahead_place'), 1, number_of(i), true, 0, '00000000-0000-0000-0000-000000000000', '0'
  FROM generate_series(1, 2000::bigint) AS i WHERE i % 7 <> 0;

-- Rows of 2,000 of them, and what hides the subject: values of any length and
-- NULLs before it, a dropped column, columns added later, rows that are gone.
CREATE TABLE plain (number bigint, i bigint, phone text, place text);
INSERT INTO plain SELECT number_of(i), i, 'p', 'c' FROM generate_series(1, 2000::bigint) AS i;
CREATE TABLE uneven (note text, gone integer, more numeric, by_number bigint, by_uuid uuid, by_text text, i bigint, phone text);
ALTER TABLE uneven ALTER by_text SET STORAGE external;
INSERT INTO uneven
SELECT nullif(repeat('n', (i % 40)::integer), ''), i, CASE WHEN i % 3 = 0 THEN i END, number_of(i), uuid_of(i), text_of(i), i, 'p'
  FROM generate_series(1, 2000::bigint) AS i;
ALTER TABLE uneven DROP gone;
INSERT INTO uneven (i, phone) SELECT i, 'p' FROM generate_series(3001, 3050) AS i;
UPDATE uneven SET note = note || '!' WHERE i % 5 = 0;
DELETE FROM uneven WHERE i % 9 = 0;
CREATE TABLE by_uuid AS SELECT by_uuid AS who, i, phone FROM uneven;
CREATE TABLE by_text AS TABLE uneven;
CREATE TABLE by_late AS TABLE plain;
ALTER TABLE by_late DROP number;
ALTER TABLE by_late ADD number bigint DEFAULT hashint8extended(3, 1);
CREATE TABLE two AS SELECT number AS a, lag(number) OVER (ORDER BY i) AS b, i, phone FROM plain;
CREATE TABLE parted (number bigint, i bigint, phone text) PARTITION BY RANGE (i);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000);
CREATE TABLE parted_2 (phone text, i bigint, number bigint);
ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (1000) TO (MAXVALUE);
INSERT INTO parted SELECT number, i, phone FROM plain;
SECURITY LABEL FOR wdd_privacy ON TABLE plain IS 'subject=number';
SECURITY LABEL FOR wdd_privacy ON COLUMN plain.phone IS 'category=ahead_contact; purposes=ahead_number';
SECURITY LABEL FOR wdd_privacy ON COLUMN plain.place IS 'category=ahead_place; purposes=ahead_number';
SECURITY LABEL FOR wdd_privacy ON TABLE uneven IS 'subject=by_number';
SECURITY LABEL FOR wdd_privacy ON COLUMN uneven.phone IS 'category=ahead_contact; purposes=ahead_number';
SECURITY LABEL FOR wdd_privacy ON TABLE by_uuid IS 'subject=who';
SECURITY LABEL FOR wdd_privacy ON COLUMN by_uuid.phone IS 'category=ahead_contact; purposes=ahead_uuid';
SECURITY LABEL FOR wdd_privacy ON TABLE by_text IS 'subject=by_text';
SECURITY LABEL FOR wdd_privacy ON COLUMN by_text.phone IS 'category=ahead_contact; purposes=ahead_text';
SECURITY LABEL FOR wdd_privacy ON TABLE by_late IS 'subject=number';
SECURITY LABEL FOR wdd_privacy ON COLUMN by_late.phone IS 'category=ahead_contact; purposes=ahead_number';
SECURITY LABEL FOR wdd_privacy ON TABLE two IS 'subject=a,b';
SECURITY LABEL FOR wdd_privacy ON COLUMN two.phone IS 'category=ahead_contact; purposes=ahead_number';
SECURITY LABEL FOR wdd_privacy ON TABLE parted IS 'subject=number';
SECURITY LABEL FOR wdd_privacy ON COLUMN parted.phone IS 'category=ahead_contact; purposes=ahead_number';

-- Parallel plans have the sets made before they start.
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET wdd_privacy.purpose = 'ahead_number';
SELECT count(*) FILTER (WHERE i % 10 = 0) AS wrong, count(*) AS shown FROM plain WHERE phone IS NOT NULL;
SET wdd_privacy.purpose = 'ahead_uuid';
SELECT count(*) FILTER (WHERE i % 10 = 0 OR i % 9 = 0) AS wrong, count(*) AS shown FROM by_uuid WHERE phone IS NOT NULL;
SET wdd_privacy.purpose = 'ahead_text';
SELECT count(*) FILTER (WHERE i % 10 = 0 OR i % 9 = 0) AS wrong, count(*) AS shown FROM by_text WHERE phone IS NOT NULL;
SET max_parallel_workers_per_gather = 0;
SELECT purpose, key_type, bytes > 2097152 AS large FROM wdd.consent_cache_status() WHERE category = 'ahead_contact' ORDER BY purpose;

-- Rows that are shown or hidden though they should not be, out of how many.
SET wdd_privacy.purpose = 'ahead_number';
SELECT count(*) FILTER (WHERE i % 10 = 0) AS wrong, count(*) AS shown FROM plain WHERE phone IS NOT NULL;
SELECT count(*) FILTER (WHERE i % 10 = 0 OR i % 7 = 0) AS wrong, count(*) AS shown FROM plain WHERE phone || place IS NOT NULL;
SELECT count(*) FILTER (WHERE i % 10 = 0 OR i % 9 = 0) AS wrong, count(*) AS shown FROM uneven WHERE phone IS NOT NULL;
SELECT count(*) FILTER (WHERE i % 10 < 2) AS wrong, count(*) AS shown FROM two WHERE phone IS NOT NULL;
SELECT count(*) AS shown FROM by_late WHERE phone IS NOT NULL;
SELECT count(*) FILTER (WHERE i % 10 = 0) AS wrong, count(*) AS shown FROM parted WHERE phone IS NOT NULL;
SET wdd_privacy.purpose = 'ahead_uuid';
SELECT count(*) FILTER (WHERE i % 10 = 0 OR i % 9 = 0) AS wrong, count(*) AS shown FROM by_uuid WHERE phone IS NOT NULL;
SET wdd_privacy.purpose = 'ahead_text';
SELECT count(*) FILTER (WHERE i % 10 = 0 OR i % 9 = 0) AS wrong, count(*) AS shown FROM by_text WHERE phone IS NOT NULL;

-- Other ways through the pages: by a bitmap, backwards, again and again, with a
-- limit, behind a condition that leaves few rows.
SET wdd_privacy.purpose = 'ahead_number';
CREATE INDEX ON plain (i);
ANALYZE plain;
SET enable_seqscan = off;
SET enable_indexscan = off;
SELECT count(*) FILTER (WHERE i % 10 = 0) AS wrong, count(*) AS shown FROM plain WHERE i > 500 AND phone IS NOT NULL;
RESET enable_seqscan;
RESET enable_indexscan;
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT i FROM plain WHERE phone IS NOT NULL;
FETCH ABSOLUTE 900 FROM c;
FETCH BACKWARD 3 FROM c;
FETCH ABSOLUTE 1800 FROM c;
FETCH FORWARD 3 FROM c;
COMMIT;
SELECT sum(n) FROM generate_series(1, 3) AS round,
    LATERAL (SELECT count(*) AS n FROM plain WHERE phone IS NOT NULL AND i % 3 = round - 1 OFFSET 0) AS rows;
SELECT count(*) FROM (SELECT FROM plain WHERE phone IS NOT NULL LIMIT 700) AS rows;
SELECT count(*) FILTER (WHERE i % 10 = 0) AS wrong, count(*) AS shown FROM plain WHERE i % 90 < 2 AND phone IS NOT NULL;

-- Masks are asked about row by row as well.
SECURITY LABEL FOR wdd_privacy ON COLUMN plain.phone IS 'category=ahead_contact; purposes=ahead_number; if_not_permitted=mask';
SELECT count(*) FILTER (WHERE (phone IS NULL) <> (i % 10 = 0)) AS wrong, count(phone) AS shown FROM plain;

\c :home
DROP DATABASE regress_look_ahead;
