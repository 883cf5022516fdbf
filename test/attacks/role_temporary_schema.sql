-- what: the temporary schema before all others: a table and a function that stand for those of the guard
-- known: pg_temp in search_path
-- purpose: ads
CREATE FUNCTION pg_temp.texteq(text, text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
CREATE OPERATOR pg_temp.= (FUNCTION = pg_temp.texteq, LEFTARG = text, RIGHTARG = text);
CREATE TEMP TABLE consent_state (LIKE users);
CREATE TEMP TABLE pg_seclabel (x int);
SET search_path = pg_temp, pg_catalog, public;
SELECT phone FROM users WHERE user_id > 0 AND phone OPERATOR(pg_temp.=) 'x';
SELECT count(*) FROM users WHERE pg_temp.texteq(phone, '13');
SELECT phone FROM users WHERE user_id = 666;
