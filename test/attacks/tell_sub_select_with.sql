-- what: a function in WITH in a sub-select of a condition is called at the scan, before the check where costs are set so
-- known: own
-- purpose: service
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
SET cpu_tuple_cost = 0;
SELECT 1 FROM users u WHERE phone > '' AND EXISTS (WITH w AS MATERIALIZED (SELECT shout(u.phone) AS s) SELECT 1 FROM w OFFSET 0);
SELECT 1 FROM users u WHERE phone > '' AND (WITH w AS MATERIALIZED (SELECT 1 WHERE shout(u.phone)) SELECT count(*) FROM w) > 0;
