-- what: the table is attached where the partition key calls a function of the labelled column
-- known: own
-- as: owner
-- expect: the partition key of table
CREATE FUNCTION leak(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE 'got %', t; RETURN 'x'; END $$;
CREATE TABLE above (LIKE users INCLUDING COMMENTS) PARTITION BY LIST ((leak(phone)));
ALTER TABLE above ATTACH PARTITION users FOR VALUES IN ('x');
