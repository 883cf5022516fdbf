-- what: a condition's sub-select asks for a WITH query, which tells that it was asked for
-- known: own
-- purpose: service
CREATE FUNCTION shout() RETURNS bigint LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE NOTICE 'LEAKED'; RETURN 666; END $$;
SET cpu_tuple_cost = 0.0001;
WITH w AS MATERIALIZED (SELECT shout() AS x) SELECT 1 FROM users u WHERE phone LIKE '%0000666' AND (SELECT count(*) FROM w WHERE x = u.user_id) > 0;
SELECT 1 FROM users u WHERE phone LIKE '%0000666' AND EXISTS (WITH w AS MATERIALIZED (SELECT shout() AS s WHERE u.user_id > 0) SELECT 1 FROM w OFFSET 0);
