-- what: a function that says it is immutable is evaluated while planning, for estimates too
-- known: own
-- purpose: service
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN (SELECT phone FROM users WHERE user_id = 666); END $$;
EXPLAIN (COSTS OFF) SELECT 1 FROM orders WHERE item = f();
EXPLAIN (VERBOSE, COSTS OFF) SELECT f();
PREPARE p AS SELECT f();
EXECUTE p;
