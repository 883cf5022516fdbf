-- what: a new partition makes PostgreSQL look through the default partition, by a function, and by a cast that fails
-- known: own
-- as: owner
CREATE FUNCTION leak(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE 'got %', t; RETURN 'x'; END $$;
CREATE TABLE above (LIKE users INCLUDING COMMENTS) PARTITION BY LIST ((leak(phone)));
ALTER TABLE above ATTACH PARTITION users DEFAULT;
CREATE TABLE other PARTITION OF above FOR VALUES IN ('y');
ALTER TABLE above DETACH PARTITION users;
DELETE FROM users WHERE user_id <> 666;
CREATE TABLE above2 (LIKE users INCLUDING COMMENTS) PARTITION BY LIST ((phone::int));
ALTER TABLE above2 ATTACH PARTITION users DEFAULT;
CREATE TABLE other2 PARTITION OF above2 FOR VALUES IN (1);
