-- what: the TOAST relation of a partition, whose root carries the labels
-- as: owner
CREATE TABLE letters (user_id bigint, body text) PARTITION BY RANGE (user_id);
CREATE TABLE letters_1 PARTITION OF letters FOR VALUES FROM (0) TO (1000);
ALTER TABLE letters_1 ALTER COLUMN body SET STORAGE EXTERNAL;
INSERT INTO letters VALUES (666, repeat('call 13900000666 ', 300));
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.body IS 'category=contact; purposes=service';
\endif
SELECT format('SELECT encode(chunk_data, ''escape'') FROM %s LIMIT 1', reltoastrelid::regclass) FROM pg_class WHERE oid = 'letters_1'::regclass \gexec
