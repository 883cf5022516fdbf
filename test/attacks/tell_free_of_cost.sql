-- what: no function costs anything, so that conditions stay in the order they are written in
-- known: own
-- purpose: service
CREATE FUNCTION shout() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$ BEGIN RAISE NOTICE 'LEAKED'; RETURN true; END $$;
SET cpu_operator_cost = 0;
SELECT 1 FROM users WHERE phone LIKE '1390%' AND shout();
SELECT 1 FROM users JOIN orders USING (user_id) WHERE phone LIKE '1390%' AND shout();
