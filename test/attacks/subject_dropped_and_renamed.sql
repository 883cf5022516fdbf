-- what: the subject is dropped, and another column renamed to its name
-- known: own
-- purpose: service
-- expect: may not become its subject
\connect - owner
ALTER TABLE orders ADD COLUMN other bigint DEFAULT 1;
ALTER TABLE orders DROP COLUMN user_id;
ALTER TABLE orders RENAME COLUMN other TO user_id;
\connect - app
SELECT note FROM orders;
