-- The second wall: row-security policies that hold where the guard does not run
-- (src/guard/second_wall.h).  Everyone may execute the two functions of the
-- policies, since policies run with the user's rights; all they do is raise.

CREATE FUNCTION wdd.second_wall(relation regclass) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_second_wall';
COMMENT ON FUNCTION wdd.second_wall(regclass) IS
    'Condition of the restrictive policy that wdd.harden() puts on a table: raises 42501, always. Statements that the guard checked do not hold it any more. Open to everyone';

CREATE FUNCTION wdd.second_wall_rest(relation regclass) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_second_wall';
COMMENT ON FUNCTION wdd.second_wall_rest(regclass) IS
    'Condition of the permissive policy that wdd.harden() puts on a table that had no row security: in statements that the guard checked it is true while the table has no policies of its own, and false from then on; elsewhere it raises 42501. Open to everyone';

-- A table with its children: row security is looked up for the table that a
-- statement names, so that each member of a tree needs the policies.
CREATE FUNCTION wdd.harden(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t record;
BEGIN
    IF relation IS NULL THEN
        RAISE EXCEPTION 'argument "relation" must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = relation AND c.relkind IN ('r', 'p')) THEN
        RAISE EXCEPTION '"%" is not a table', relation
            USING ERRCODE = 'wrong_object_type',
                  DETAIL = 'PostgreSQL has row-security policies on tables only.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_seclabel l
                   WHERE l.objoid = relation AND l.classoid = 'pg_class'::regclass AND l.provider = 'wdd_privacy') THEN
        IF EXISTS (SELECT FROM wdd.label_fields(relation)) THEN
            RAISE EXCEPTION 'table "%" is a child of a labelled table', relation
                USING ERRCODE = 'wrong_object_type', HINT = 'Harden the table that carries the labels, and its children will be, too.';
        END IF;
        RAISE EXCEPTION 'table "%" carries no label', relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'The second wall shows rows only in statements that are checked, and only labelled tables are.',
                  HINT = 'Label the table first.';
    END IF;
    FOR t IN
        WITH RECURSIVE member AS (
            SELECT harden.relation::oid AS oid
            UNION SELECT i.inhrelid FROM pg_inherits i JOIN member m ON i.inhparent = m.oid
        )
        SELECT c.oid::regclass AS name, c.relkind, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
               EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'wdd_second_wall') AS hardened,
               EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname NOT IN ('wdd_second_wall', 'wdd_second_wall_rest')) AS has_policies
        FROM member m JOIN pg_class c USING (oid)
        ORDER BY c.oid
    LOOP
        IF t.relkind NOT IN ('r', 'p') THEN
            RAISE WARNING 'child "%" is not a table and cannot be hardened', t.name;
            CONTINUE;
        END IF;
        IF NOT t.hardened AND t.enabled AND NOT t.forced THEN
            RAISE EXCEPTION 'row security of table "%" does not bind its owner', t.name
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = 'The second wall needs FORCE ROW LEVEL SECURITY, which would bind the owner to the policies that the table has, too.',
                      HINT = format('Run ALTER TABLE %s FORCE ROW LEVEL SECURITY, if its policies suit the owner, and harden again.', t.name);
        END IF;
        IF NOT t.hardened AND NOT t.enabled AND t.has_policies THEN
            RAISE EXCEPTION 'table "%" has policies that are not in force', t.name
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = 'The second wall needs ENABLE ROW LEVEL SECURITY, which would bring them into force.',
                      HINT = format('Drop them, or run ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, and harden again.', t.name);
        END IF;
        IF NOT t.hardened THEN
            IF NOT t.enabled THEN
                EXECUTE format('CREATE POLICY wdd_second_wall_rest ON %s USING (wdd.second_wall_rest(%L))', t.name, t.name);
            END IF;
            EXECUTE format('CREATE POLICY wdd_second_wall ON %s AS RESTRICTIVE USING (wdd.second_wall(%L))', t.name, t.name);
        END IF;
        IF NOT (t.enabled AND t.forced) THEN
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t.name);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION wdd.harden(regclass) IS
    'Puts a second wall on a labelled table and all its children: row security that shows and stores no row in statements that the guard did not check (library not loaded), and changes nothing in others. Again: mends it, and hardens new children. COPY FROM into the table is refused by PostgreSQL from then on; superusers and roles with BYPASSRLS are not bound. 22004: NULL; 42809: not a table, or a child; 55000: no label, policies that are not in force, or row security that does not bind the owner; 42501: not the owner. Duty administer';

CREATE FUNCTION wdd.unharden(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t record;
BEGIN
    IF relation IS NULL THEN
        RAISE EXCEPTION 'argument "relation" must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    FOR t IN
        WITH RECURSIVE member AS (
            SELECT unharden.relation::oid AS oid
            UNION SELECT i.inhrelid FROM pg_inherits i JOIN member m ON i.inhparent = m.oid
        )
        SELECT m.oid::regclass AS name,
               EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = m.oid AND p.polname = 'wdd_second_wall_rest') AS had_none,
               EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = m.oid AND p.polname NOT IN ('wdd_second_wall', 'wdd_second_wall_rest')) AS has_policies
        FROM member m
        WHERE EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = m.oid AND p.polname IN ('wdd_second_wall', 'wdd_second_wall_rest'))
        ORDER BY m.oid
    LOOP
        EXECUTE format('DROP POLICY IF EXISTS wdd_second_wall ON %s', t.name);
        CONTINUE WHEN NOT t.had_none;
        EXECUTE format('DROP POLICY wdd_second_wall_rest ON %s', t.name);
        IF NOT t.has_policies THEN
            EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY', t.name);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION wdd.unharden(regclass) IS
    'Takes the second wall of wdd.harden() off a table and its children; the labels go on protecting them. Row security that wdd.harden() switched on is switched off, unless the table has policies of its own by now. Does nothing to tables that are not hardened. 22004: NULL; 42501: not the owner. Duty administer';
