-- what: a function in FROM that is called for each row that a guess leaves
-- known: own
-- purpose: service
CREATE FUNCTION shout(bigint) RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'LEAKED: %', $1; RETURN NEXT 1; END $$;
SELECT 1 FROM users u, LATERAL shout(u.user_id) WHERE phone LIKE '1390%';
SELECT 1 FROM users u CROSS JOIN LATERAL (SELECT shout(u.user_id) OFFSET 0) s WHERE phone LIKE '1390%';
