-- what: a function without arguments tells that the condition before it held
-- known: own
-- purpose: service
CREATE FUNCTION shout() RETURNS boolean LANGUAGE plpgsql VOLATILE COST 10000 AS $$ BEGIN RAISE NOTICE 'LEAKED'; RETURN true; END $$;
SELECT 1 FROM users WHERE phone LIKE '1390%' AND shout();
SELECT 1 FROM users WHERE shout() IS NOT NULL AND phone LIKE '1390%';
