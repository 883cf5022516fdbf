-- What shows rows past the executor: samples, TOAST relations, decoding, publications.
SET client_min_messages = warning;
CREATE EXTENSION wdd_privacy;
CREATE ROLE side_dba LOGIN SUPERUSER;
SET SESSION AUTHORIZATION side_dba;
SELECT wdd.add_purpose('service', 'contract');
SELECT wdd.add_category('contact');
CREATE TABLE persons (id bigint PRIMARY KEY, phone text, city text);
INSERT INTO persons VALUES (1, 'phone-1', 'a'), (2, 'phone-2', 'b'), (3, 'phone-3', 'c');
ALTER TABLE persons ALTER COLUMN phone SET STORAGE EXTERNAL;
ANALYZE persons;
CREATE VIEW samples AS
    SELECT attname, histogram_bounds::text FROM pg_stats WHERE tablename = 'persons' ORDER BY attname;
-- a plan from before there is any label
PREPARE samples AS SELECT * FROM samples;
EXECUTE samples;
CREATE FUNCTION of_sample(text) RETURNS boolean LANGUAGE sql SECURITY DEFINER LEAKPROOF AS 'SELECT true';
SELECT count(*) > 0 AS leakproof_is_legal_without_labels FROM pg_statistic WHERE of_sample(starelid::text);
-- stable names for messages
CREATE FUNCTION message_of(statement text) RETURNS TABLE (message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'done'; RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    message := SQLSTATE || ' ' || regexp_replace(message, 'pg_toast_\d+', 'pg_toast_...');
    RETURN NEXT;
END $$;
\x on

\echo - publications, before labels: whatever PostgreSQL allows
CREATE PUBLICATION of_table FOR TABLE persons;
CREATE PUBLICATION of_all FOR ALL TABLES;
CREATE PUBLICATION of_list FOR TABLE persons (id, city);

\echo - a label on a column that is published
SECURITY LABEL FOR wdd_privacy ON TABLE persons IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN persons.phone IS 'category=contact; purposes=service';
ALTER PUBLICATION of_table SET TABLE persons (id, city);
SECURITY LABEL FOR wdd_privacy ON COLUMN persons.phone IS 'category=contact; purposes=service';
DROP PUBLICATION of_all;
SECURITY LABEL FOR wdd_privacy ON COLUMN persons.phone IS 'category=contact; purposes=service';
SELECT pubname, attnames FROM pg_publication_tables ORDER BY 1;

\echo - publications of what is labelled
SELECT * FROM message_of('CREATE PUBLICATION p FOR TABLE persons');
SELECT * FROM message_of('CREATE PUBLICATION p FOR ALL TABLES');
SELECT * FROM message_of('CREATE PUBLICATION p FOR TABLES IN SCHEMA public');
SELECT * FROM message_of('CREATE PUBLICATION p FOR TABLE persons (id, phone)');
SELECT * FROM message_of($$CREATE PUBLICATION p FOR TABLE persons (id, city) WHERE (phone = 'phone-1') WITH (publish = 'insert')$$);
SELECT * FROM message_of('ALTER PUBLICATION of_list SET TABLE persons');
SELECT * FROM message_of('ALTER PUBLICATION of_list DROP TABLE persons');
SELECT * FROM message_of('ALTER PUBLICATION of_list ADD TABLE persons (id)');
SELECT * FROM message_of('ALTER PUBLICATION of_list SET (publish = ''insert'')');

\echo - under purpose replication
SET wdd_privacy.purpose = 'replication';
SELECT wdd.grant_purpose('replication', 'side_dba');
SET wdd_privacy.purpose = 'replication';
CREATE PUBLICATION granted FOR TABLE persons;
RESET wdd_privacy.purpose;
\echo - what was published with the purpose may be changed without, as long as nothing is added
ALTER PUBLICATION granted SET (publish = 'insert');
ALTER PUBLICATION granted SET TABLE persons (id, phone);
SELECT * FROM message_of('ALTER PUBLICATION granted RENAME TO still_granted');
SELECT wdd.revoke_purpose('replication', 'side_dba');
\echo - a purpose that was stated but is not granted
BEGIN;
SELECT wdd.grant_purpose('replication', 'side_dba');
SET LOCAL wdd_privacy.purpose = 'replication';
SELECT wdd.revoke_purpose('replication', 'side_dba');
SELECT * FROM message_of('CREATE PUBLICATION p FOR TABLE persons');
SELECT * FROM message_of('SELECT * FROM pg_logical_slot_peek_changes(''s'', NULL, NULL)');
COMMIT;
DROP PUBLICATION of_table, of_list, still_granted;

\echo - purposes of a table itself, and a table that comes to be published by its schema
CREATE SCHEMA published;
CREATE TABLE visits (id bigint, place text);
SECURITY LABEL FOR wdd_privacy ON TABLE visits IS 'subject=id; purposes=service';
SELECT * FROM message_of('CREATE PUBLICATION p FOR TABLE visits (id)');
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA published;
SELECT * FROM message_of('ALTER TABLE persons SET SCHEMA published');
SELECT * FROM message_of('ALTER TABLE visits SET SCHEMA published');
SELECT * FROM message_of('CREATE TABLE published.child (more text) INHERITS (persons)');
SELECT * FROM message_of('CREATE TABLE published.other (more text)');
DROP PUBLICATION of_schema;

\echo - logical decoding
SELECT * FROM message_of('SELECT * FROM pg_create_logical_replication_slot(''s'', ''test_decoding'')');
SELECT * FROM message_of('SELECT * FROM pg_copy_logical_replication_slot(''s'', ''t'')');
SELECT * FROM message_of('SELECT * FROM pg_logical_slot_get_changes(''s'', NULL, NULL)');
SELECT * FROM message_of('SELECT * FROM pg_logical_slot_get_binary_changes(''s'', NULL, NULL)');
SELECT * FROM message_of('SELECT * FROM pg_logical_slot_peek_changes(''s'', NULL, NULL)');
SELECT * FROM message_of('SELECT * FROM pg_logical_slot_peek_binary_changes(''s'', NULL, NULL)');
SELECT * FROM message_of('EXPLAIN SELECT * FROM pg_logical_slot_peek_changes(''s'', NULL, NULL)');
SELECT wdd.grant_purpose('replication', 'side_dba');
SET wdd_privacy.purpose = 'replication';
SELECT * FROM message_of('SELECT * FROM pg_logical_slot_peek_changes(''s'', NULL, NULL)');
RESET wdd_privacy.purpose;

\echo - samples
\x off
EXECUTE samples;
SELECT * FROM samples;
COPY pg_statistic (stanullfrac) TO '/dev/null';
UPDATE pg_statistic SET stanullfrac = stanullfrac WHERE starelid = 'persons'::regclass RETURNING staattnum;
SELECT count(*) FROM pg_statistic WHERE of_sample(starelid::text);
SELECT wdd.grant_purpose('backup', 'side_dba');
SET wdd_privacy.purpose = 'backup';
SELECT * FROM samples;
\x on
\echo - TOAST relations: purpose backup may, others not
SELECT reltoastrelid::regclass AS toast FROM pg_class WHERE oid = 'persons'::regclass \gset
SELECT count(*) FROM :toast;
RESET wdd_privacy.purpose;
SELECT * FROM message_of('SELECT count(*) FROM ' || :'toast');
SELECT * FROM message_of('SELECT count(*) FROM pg_toast.pg_toast_2619');
SELECT count(*) >= 0 AS toast_of_another_catalog FROM pg_toast.pg_toast_1255;
SET wdd_privacy.purpose = 'service';
SELECT * FROM message_of('SELECT count(*) FROM ' || :'toast');
RESET wdd_privacy.purpose;
SELECT reltoastrelid::regclass AS toast FROM pg_class WHERE oid = 'published.other'::regclass \gset
SELECT count(*) AS toast_of_unlabelled FROM :toast;

RESET SESSION AUTHORIZATION;
DROP TABLE published.other, persons, visits CASCADE;
DROP SCHEMA published;
DROP FUNCTION message_of, of_sample;
DROP EXTENSION wdd_privacy;
DROP OWNED BY side_dba;
DROP ROLE side_dba;
