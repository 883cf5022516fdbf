-- what: a function of another table's column that is asked only about rows that a hidden row joins to
-- known: own
-- purpose: service
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql COST 100000 AS $$ BEGIN RAISE NOTICE 'LEAKED: %', $1; RETURN true; END $$;
CREATE TABLE mine (id bigint, v text);
INSERT INTO mine VALUES (666, 'six');
ANALYZE mine;
SELECT 1 FROM users JOIN mine ON id = user_id WHERE phone LIKE '1390%' AND shout(v);
SELECT 1 FROM mine WHERE EXISTS (SELECT FROM users WHERE user_id = id AND phone LIKE '1390%' AND shout(v));
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT 1 FROM mine LEFT JOIN users ON id = user_id AND phone LIKE '1390%' AND shout(v) WHERE user_id IS NULL;
