-- what: a function in a one-row VALUES, which the planner pulls up into the condition that asks for its column
-- known: own
-- purpose: service
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql STABLE COST 0.0000001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
SELECT u.user_id FROM users u, LATERAL (VALUES (shout(u.phone))) v (said) WHERE v.said;
SELECT count(*) FROM users u, LATERAL (VALUES (shout(u.phone))) v (said) WHERE v IS NOT NULL;
SELECT count(*) FROM users u, LATERAL (VALUES (shout(u.user_id::text))) v (said) WHERE u.phone LIKE '139%' AND v.said;
