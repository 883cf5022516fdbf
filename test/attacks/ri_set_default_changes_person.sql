-- what: delete a row of an unprotected table, and have ON DELETE SET DEFAULT give the rows of 666 to person 3
-- known: own
-- purpose: service
-- expect: purpose "service" may not use column "note" of table "public.orders" in this row
\connect - dba
CREATE TABLE accounts (id bigint PRIMARY KEY);
INSERT INTO accounts SELECT user_id FROM users;
DELETE FROM orders WHERE user_id = 3;
ALTER TABLE orders ALTER user_id SET DEFAULT 3,
    ADD FOREIGN KEY (user_id) REFERENCES accounts ON DELETE SET DEFAULT;
GRANT SELECT, DELETE ON accounts TO app;
\connect - app
DELETE FROM accounts WHERE id = 666;
SELECT note FROM orders WHERE user_id = 3;
