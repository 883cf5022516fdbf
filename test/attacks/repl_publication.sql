-- what: publish labelled columns, in every form of CREATE and ALTER PUBLICATION
-- as: dba
CREATE PUBLICATION p1 FOR TABLE users;
CREATE PUBLICATION p2 FOR ALL TABLES;
CREATE PUBLICATION p3 FOR TABLES IN SCHEMA public;
CREATE PUBLICATION p4;
ALTER PUBLICATION p4 ADD TABLE users (user_id, phone);
ALTER PUBLICATION p4 SET TABLE visits;
CREATE PUBLICATION p5 FOR TABLE users (user_id, city) WHERE (phone LIKE '139%') WITH (publish = 'insert');
ALTER PUBLICATION p4 ADD TABLES IN SCHEMA public;
CREATE PUBLICATION p6 FOR TABLE visits WITH (publish_via_partition_root);
CREATE PUBLICATION p7 FOR TABLE visits_1 (user_id, address);
SELECT 'LEAKED' FROM pg_publication_tables LIMIT 1;
