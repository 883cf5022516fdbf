-- what: a function that a superuser declared LEAKPROOF, so that PostgreSQL asks it before any barrier
-- known: bypasses.md: marked LEAKPROOF
-- purpose: service
-- expect: may not be asked about rows of table "public.users"
\connect - dba
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql LEAKPROOF COST 0.001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
\connect - app
SELECT 1 FROM users WHERE shout(phone);
SELECT 1 FROM (SELECT phone AS p FROM users) s WHERE shout(p);
