-- what: read the TOAST relation of a labelled table by name
-- as: owner
CREATE TABLE letters (user_id bigint, body text);
ALTER TABLE letters ALTER COLUMN body SET STORAGE EXTERNAL;
INSERT INTO letters VALUES (666, repeat('call 13900000666 ', 300));
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.body IS 'category=contact; purposes=service';
\endif
SELECT format('SELECT encode(chunk_data, ''escape'') FROM %s LIMIT 1', reltoastrelid::regclass) FROM pg_class WHERE oid = 'letters'::regclass \gexec
SELECT format('COPY (SELECT convert_from(chunk_data, ''UTF8'') FROM %s LIMIT 1) TO STDOUT', reltoastrelid::regclass) FROM pg_class WHERE oid = 'letters'::regclass \gexec
