-- what: a function with the rights of the owner, in SQL, in SQL's standard body, and in PL/pgSQL
-- known: bypasses.md: SECURITY DEFINER function
-- purpose: service
\connect - owner
CREATE FUNCTION one() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT phone FROM users WHERE user_id = 666 $$;
CREATE FUNCTION two() RETURNS text LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT phone FROM users WHERE user_id = 666; END;
CREATE FUNCTION three() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN (SELECT phone FROM users WHERE user_id = 666); END $$;
CREATE FUNCTION four() RETURNS SETOF users LANGUAGE sql SECURITY DEFINER STABLE AS $$ SELECT * FROM users WHERE user_id = 666 $$;
CREATE FUNCTION five() RETURNS SETOF users LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT * FROM users WHERE user_id = 666'; END $$;
\connect - app
SELECT one();
SELECT two();
SELECT three();
SELECT phone FROM four();
SELECT phone FROM five();
SELECT one() WHERE one() IS NOT NULL;
