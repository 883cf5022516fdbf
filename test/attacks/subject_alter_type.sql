-- what: ALTER COLUMN TYPE ... USING gives every row to a person who permits
-- known: own
-- purpose: service
-- expect: may not be computed
\connect - owner
ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
ALTER TABLE orders ALTER COLUMN user_id TYPE bigint USING 1;
ALTER TABLE orders ALTER COLUMN user_id TYPE bigint USING user_id::int::bool::int;
ALTER TABLE orders ALTER COLUMN user_id TYPE varchar USING user_id::text::varchar(1);
ALTER TABLE orders ALTER COLUMN user_id TYPE bigint USING coalesce(user_id, 1);
\connect - app
SELECT note FROM orders WHERE item = 'book';
