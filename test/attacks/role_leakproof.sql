-- what: functions declared LEAKPROOF by a superuser, in conditions on hidden values
-- known: LEAKPROOF is believed
-- purpose: ads
\connect - dba
CREATE FUNCTION tells(text) RETURNS boolean LANGUAGE plpgsql LEAKPROOF COST 0.000001 AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
CREATE FUNCTION tells(text, text) RETURNS boolean LANGUAGE plpgsql LEAKPROOF COST 0.000001 AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
CREATE OPERATOR ~=~= (FUNCTION = tells, LEFTARG = text, RIGHTARG = text, RESTRICT = eqsel, JOIN = eqjoinsel);
\connect - app
SELECT count(*) FROM users WHERE tells(phone);
SELECT count(*) FROM users WHERE phone ~=~= 'x';
EXPLAIN SELECT count(*) FROM users WHERE phone ~=~= 'x';
SELECT count(*) FROM users u JOIN orders o ON u.phone ~=~= o.item;
SELECT count(*) FROM visits WHERE address ~=~= 'x';
SELECT count(*) FROM (SELECT phone FROM users OFFSET 0) u WHERE tells(phone);
