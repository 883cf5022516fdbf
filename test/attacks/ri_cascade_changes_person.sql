-- what: renumber a row of an unprotected table, and have ON UPDATE CASCADE give the rows of 666 to person 3
-- known: own
-- purpose: service
-- expect: purpose "service" may not use column "note" of table "public.orders" in this row
\connect - dba
CREATE TABLE accounts (id bigint PRIMARY KEY);
INSERT INTO accounts SELECT user_id FROM users WHERE user_id <> 3;
DELETE FROM orders WHERE user_id = 3;
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES accounts ON UPDATE CASCADE;
GRANT SELECT, UPDATE ON accounts TO app;
\connect - app
UPDATE accounts SET id = 3 WHERE id = 666;
SELECT note FROM orders WHERE user_id = 3;
