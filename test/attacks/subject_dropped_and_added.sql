-- what: the subject is dropped, and added anew with a default that permits
-- known: own
-- purpose: service
-- expect: may not become its subject
\connect - owner
ALTER TABLE orders DROP COLUMN user_id;
ALTER TABLE orders ADD COLUMN user_id bigint DEFAULT 1;
\connect - app
SELECT note FROM orders;
