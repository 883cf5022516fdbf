-- what: a kept plan over a TOAST relation, made before the table was labelled, after it was rewritten
-- as: owner
CREATE TABLE letters (user_id bigint, body text);
ALTER TABLE letters ALTER COLUMN body SET STORAGE EXTERNAL;
INSERT INTO letters VALUES (666, repeat('call 13900000666 ', 300));
\connect - dba
VACUUM FULL letters;
SET plan_cache_mode = force_generic_plan;
SELECT format('PREPARE chunks AS SELECT encode(chunk_data, ''escape'') FROM %s LIMIT 1', reltoastrelid::regclass) FROM pg_class WHERE oid = 'letters'::regclass \gexec
\o /dev/null
EXECUTE chunks;
\o
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.body IS 'category=contact; purposes=service';
\endif
EXECUTE chunks;
