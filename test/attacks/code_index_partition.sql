-- what: build an index of a partitioned table; the function runs on its partitions
-- known: own
-- as: owner
-- expect: index "watched" may not apply function leak\(text\) to column "address" of table "public.visits"
CREATE FUNCTION leak(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN value; END $$;
CREATE INDEX watched ON visits (leak(address));
CREATE INDEX ON visits_1 (leak(address));
