-- What wdd.doctor() and wdd.lint() are made of: findings, and the tables that
-- labels protect.
CREATE TYPE wdd.finding AS (
    severity  text,
    object    text,
    finding   text,
    action    text
);
COMMENT ON TYPE wdd.finding IS
    'severity: critical (data is open, or is about to be), warning (weaker than it looks), notice (to be known); object: what it is about; finding: what is wrong; action: how to mend it';

CREATE FUNCTION wdd.library_version() RETURNS text
    LANGUAGE C STABLE AS 'MODULE_PATHNAME', 'wdd_library_version';
REVOKE EXECUTE ON FUNCTION wdd.library_version() FROM PUBLIC;
COMMENT ON FUNCTION wdd.library_version() IS 'Version of the loaded library. Internal';

CREATE FUNCTION wdd.closed_labels() RETURNS TABLE (relation regclass, attnum smallint, reason text)
    LANGUAGE C STABLE AS 'MODULE_PATHNAME', 'wdd_closed_labels';
REVOKE EXECUTE ON FUNCTION wdd.closed_labels() FROM PUBLIC;
COMMENT ON FUNCTION wdd.closed_labels() IS
    'Labels that are closed to every purpose that asks persons, and why; attnum 0: the whole table. Internal';

-- Labelled tables with all that inherit from them, each with the table where
-- the labels stand.
CREATE FUNCTION wdd.protected_tables() RETURNS TABLE (relation oid, root oid)
LANGUAGE sql STABLE ROWS 10000 SET search_path = pg_catalog, pg_temp SET enable_nestloop = on AS $$
    WITH RECURSIVE member AS (
        SELECT DISTINCT l.objoid AS relation, l.objoid AS root
        FROM pg_seclabel l JOIN pg_class c ON c.oid = l.objoid
        WHERE l.provider = 'wdd_privacy' AND l.classoid = 'pg_class'::regclass
        UNION
        SELECT i.inhrelid, m.root FROM member m JOIN pg_inherits i ON i.inhparent = m.relation
    )
    SELECT m.relation, m.root FROM member m
$$;
REVOKE EXECUTE ON FUNCTION wdd.protected_tables() FROM PUBLIC;
COMMENT ON FUNCTION wdd.protected_tables() IS 'Labelled tables and their children, with the table that carries the labels. Internal';

-- Labelled columns, also as children inherit them.
CREATE FUNCTION wdd.protected_columns() RETURNS TABLE (relation oid, attnum smallint, attname name, atttypid oid)
LANGUAGE sql STABLE ROWS 10000 SET search_path = pg_catalog, pg_temp SET enable_nestloop = on AS $$
    SELECT DISTINCT a.attrelid, a.attnum, a.attname, a.atttypid
    FROM wdd.protected_tables() t
    JOIN pg_seclabel l ON l.objoid = t.root AND l.provider = 'wdd_privacy' AND l.classoid = 'pg_class'::regclass AND l.objsubid > 0
    JOIN pg_attribute r ON r.attrelid = l.objoid AND r.attnum = l.objsubid
    JOIN pg_attribute a ON a.attrelid = t.relation AND a.attname = r.attname AND NOT a.attisdropped
$$;
REVOKE EXECUTE ON FUNCTION wdd.protected_columns() FROM PUBLIC;
COMMENT ON FUNCTION wdd.protected_columns() IS 'Labelled columns of labelled tables and of their children. Internal';
