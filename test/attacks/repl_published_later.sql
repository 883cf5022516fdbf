-- what: a table that comes into a publication, or gets labels in one, later
-- as: dba
\if :guarded
SELECT wdd.grant_purpose('replication', 'owner');
\endif
CREATE SCHEMA published;
GRANT CREATE, USAGE ON SCHEMA published TO owner;
CREATE PUBLICATION p1 FOR TABLES IN SCHEMA published;
ALTER TABLE users SET SCHEMA published;
ALTER TABLE orders SET SCHEMA published;
CREATE TABLE published.visits_3 PARTITION OF visits FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
SET ROLE owner;
CREATE TABLE published.visits_4 (LIKE visits);
ALTER TABLE visits ATTACH PARTITION published.visits_4 FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
RESET ROLE;
SELECT 'LEAKED' FROM pg_publication_tables WHERE attnames && '{phone,address,note}' AND tablename IN ('users', 'orders', 'visits_3') LIMIT 1;
SELECT 'LEAKED' FROM pg_publication_tables WHERE tablename = 'visits_4' AND EXISTS (SELECT FROM pg_inherits WHERE inhrelid = 'published.visits_4'::regclass);
