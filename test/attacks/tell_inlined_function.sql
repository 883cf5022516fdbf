-- what: an SQL function that the planner inlines, so that its body's functions are called instead
-- known: bypasses.md: SQL function inlined into the caller
-- purpose: service
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql COST 0.001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE FUNCTION quiet(text) RETURNS boolean LANGUAGE sql AS $$ SELECT shout($1) $$;
CREATE FUNCTION quieter(text) RETURNS boolean LANGUAGE sql AS $$ SELECT $1 > '' AND quiet($1) $$;
SELECT 1 FROM users WHERE quieter(phone);
