-- wdd.doctor(), second part: labels, and what leads around them to the rows.

CREATE FUNCTION wdd.findings_labels() RETURNS SETOF wdd.finding
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    detail text;
BEGIN
    BEGIN
        RETURN QUERY
            SELECT 'warning',
                   CASE l.attnum WHEN 0 THEN format('table %s', l.relation)
                        ELSE format('column %s.%I', l.relation, a.attname) END,
                   'closed to everybody: ' || l.reason,
                   'add what the label names, or mend the label'
            FROM wdd.closed_labels() l
            LEFT JOIN pg_attribute a ON a.attrelid = l.relation AND a.attnum = l.attnum
            ORDER BY l.relation::text COLLATE "C", l.attnum;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        RETURN NEXT ROW('critical', 'labels', rtrim(format('a label cannot be read: %s. %s', SQLERRM, detail), '. '), 'set it anew by SECURITY LABEL')::wdd.finding;
    END;
    -- a child's own column that has the name of a labelled one
    RETURN QUERY
        SELECT DISTINCT 'warning', format('column %s.%I', a.attrelid::regclass, a.attname),
               format('a column that table %s has and its labelled parent has not; elsewhere one of that name is labelled', a.attrelid::regclass),
               'label it, if it holds the like'
        FROM wdd.protected_tables() t
        JOIN pg_attribute a ON a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
        WHERE t.relation <> t.root
          AND EXISTS (SELECT FROM wdd.protected_columns() c WHERE c.attname = a.attname AND c.atttypid = a.atttypid)
          AND NOT EXISTS (SELECT FROM wdd.protected_columns() c WHERE c.relation = a.attrelid AND c.attnum = a.attnum)
        ORDER BY 2;
    -- foreign keys from before the label; later ones that copy are refused
    RETURN QUERY
        SELECT 'warning', format('column %s.%I', k.conrelid::regclass, o.attname),
               format('foreign key %I: it holds values of labelled column %s.%I, and carries no label', k.conname, k.confrelid::regclass, l.attname)
               || CASE k.confupdtype WHEN 'c' THEN '; ON UPDATE CASCADE writes new ones into it, so that a dump would not restore' ELSE '' END,
               'label it' || CASE k.confupdtype WHEN 'c' THEN ', or make the foreign key anew without ON UPDATE CASCADE' ELSE '' END
        FROM pg_constraint k
        CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS p (referencing, referenced)
        JOIN wdd.protected_columns() l ON l.relation = k.confrelid AND l.attnum = p.referenced
        JOIN pg_attribute o ON o.attrelid = k.conrelid AND o.attnum = p.referencing
        WHERE k.contype = 'f' AND k.conparentid = 0
          AND NOT EXISTS (SELECT FROM wdd.protected_columns() c WHERE c.relation = k.conrelid AND c.attnum = p.referencing)
        ORDER BY 2, 3;
END $$;
REVOKE EXECUTE ON FUNCTION wdd.findings_labels() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_labels() IS 'Findings of wdd.doctor() about labels. Internal';

-- A copy has a labelled column and the subject's, by name and type.  Loops would
-- be chosen by estimates that know nothing of how many tables there are, and
-- joins by one of several keys by statistics that are old: so each join has one.
CREATE FUNCTION wdd.findings_copies() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off AS $$
    WITH protected AS MATERIALIZED (
        SELECT DISTINCT t.relation FROM wdd.protected_tables() t
    ), label AS MATERIALIZED (
        SELECT l.objoid AS relation, l.objsubid, l.label
        FROM pg_seclabel l
        WHERE l.provider = 'wdd_privacy' AND l.classoid = 'pg_class'::regclass
    ), attribute AS MATERIALIZED (
        SELECT a.attrelid AS relation, a.attnum, a.attname, a.attname || '/' || a.atttypid AS key
        FROM pg_attribute a
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384
    ), subject AS MATERIALIZED (
        SELECT s.relation, s.relation || '/' || btrim(s.name) AS key
        FROM (SELECT l.relation, string_to_table(substring(l.label from '(?i)(?:^|;)\s*subject\s*=([^;]*)'), ',') AS name
              FROM label l WHERE l.objsubid = 0) AS s
    ), pair AS MATERIALIZED (
        SELECT l.key, s.key AS subject, min(l.relation) AS relation
        FROM (SELECT a.relation, a.key FROM label l JOIN attribute a ON a.relation || '/' || a.attnum = l.relation || '/' || l.objsubid) AS l
        JOIN (SELECT a.relation, a.key FROM subject s JOIN attribute a ON a.relation || '/' || a.attname = s.key) AS s ON s.relation = l.relation
        GROUP BY 1, 2
    ), candidate AS MATERIALIZED (
        SELECT a.relation, a.attname, p.relation AS original, a.relation || '/' || p.subject AS subject
        FROM pair p
        JOIN attribute a ON a.key = p.key
        WHERE NOT EXISTS (SELECT FROM protected x WHERE x.relation = a.relation)
    ), copied AS (
        SELECT d.relation AS oid, d.attname, d.original AS relation
        FROM candidate d
        JOIN pg_class c ON c.oid = d.relation AND c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition
        WHERE EXISTS (SELECT FROM attribute b WHERE b.relation || '/' || b.key = d.subject)
    )
    SELECT 'warning', format('table %s', c.oid::regclass),
           format('it looks like a copy of %s and carries no label: %s', min(c.relation)::regclass,
                  string_agg(DISTINCT quote_ident(c.attname), ', ' ORDER BY quote_ident(c.attname))),
           'label it, or drop it'
    FROM copied c
    GROUP BY c.oid
    UNION ALL
    SELECT 'warning', format('materialized view %s', m.oid::regclass),
           format('it holds what labelled columns of %s held, and carries no label', min(c.relation)::regclass),
           'label it, or drop it'
    FROM pg_class m
    JOIN pg_rewrite r ON r.ev_class = m.oid
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    JOIN wdd.protected_columns() c ON c.relation = d.refobjid AND c.attnum = d.refobjsubid
    WHERE m.relkind = 'm' AND NOT EXISTS (SELECT FROM protected x WHERE x.relation = m.oid)
    GROUP BY m.oid
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_copies() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_copies() IS 'Findings of wdd.doctor() about tables that look like copies of labelled ones. Internal';

CREATE FUNCTION wdd.findings_replication() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'warning', format('publication %I', p.pubname),
           format('it sends labelled columns of table %s to subscribers, whatever persons permit: %s', c.oid::regclass,
                  string_agg(DISTINCT quote_ident(l.attname), ', ' ORDER BY quote_ident(l.attname))),
           'publish other columns, or look at the subscriber as at a dump'
    FROM pg_publication_tables p
    JOIN pg_namespace n ON n.nspname = p.schemaname
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
    JOIN wdd.protected_columns() l ON l.relation = c.oid AND (p.attnames IS NULL OR l.attname = ANY (p.attnames))
    GROUP BY p.pubname, c.oid
    UNION ALL
    SELECT 'warning', format('replication slot %I', s.slot_name), 'a logical slot: whoever reads it gets every row, and all that changes',
           'drop it if nobody needs it'
    FROM pg_replication_slots s
    WHERE s.slot_type = 'logical' AND s.database = current_database()
    UNION ALL
    SELECT 'notice', format('subscription %I', s.subname), format('labels do not come with the rows: table %s carries none', r.srrelid::regclass),
           'label it as the publisher does'
    FROM pg_subscription s
    JOIN pg_subscription_rel r ON r.srsubid = s.oid
    JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database()
    WHERE NOT EXISTS (SELECT FROM wdd.protected_tables() t WHERE t.relation = r.srrelid)
    ORDER BY 2, 3
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_replication() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_replication() IS 'Findings of wdd.doctor() about logical replication. Internal';

CREATE FUNCTION wdd.findings_triggers() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'warning', format('trigger %I of table %s', t.tgname, t.tgrelid::regclass),
           format('a row trigger that nobody approved: function %s would see whole rows', t.tgfoid::regproc),
           format('read the function, and SELECT wdd.approve_trigger(%L, %L, reason), or drop the trigger', t.tgrelid::regclass, t.tgname)
    FROM pg_trigger t
    WHERE EXISTS (SELECT FROM wdd.protected_tables() m WHERE m.relation = t.tgrelid)
      AND NOT t.tgisinternal AND t.tgtype & 1 = 1 AND t.tgenabled <> 'D'
      AND NOT wdd.trigger_built_in(t.oid)
      AND NOT EXISTS (SELECT FROM wdd.trigger_approval p WHERE p.relation = t.tgrelid AND p.fingerprint = wdd.trigger_fingerprint(t.oid))
    UNION ALL
    SELECT 'notice', format('event trigger %I', e.evtname), format('function %s runs with the rights of whoever alters a table', e.evtfoid::regproc),
           'read the function'
    FROM pg_event_trigger e
    WHERE e.evtenabled <> 'D'
    ORDER BY 2
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_triggers() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_triggers() IS 'Findings of wdd.doctor() about triggers. Internal';

CREATE FUNCTION wdd.findings_second_walls() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH member AS MATERIALIZED (
        SELECT t.relation, t.root, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
                   SELECT FROM pg_policy p WHERE p.polrelid = t.relation AND p.polname = 'wdd_second_wall') AS hardened,
               EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.root AND p.polname IN ('wdd_second_wall', 'wdd_second_wall_rest')) AS wanted
        FROM wdd.protected_tables() t JOIN pg_class c ON c.oid = t.relation AND c.relkind IN ('r', 'p')
    )
    SELECT 'warning', format('table %s', m.relation::regclass), 'its second wall has gaps: without the library its rows show',
           format('SELECT wdd.harden(%L)', m.root::regclass)
    FROM member m WHERE m.wanted AND NOT m.hardened
    UNION ALL
    SELECT 'warning', format('table %s', p.polrelid::regclass), 'it is hardened and carries no label: nobody but superusers sees a row',
           format('label it, or SELECT wdd.unharden(%L)', p.polrelid::regclass)
    FROM pg_policy p
    WHERE p.polname = 'wdd_second_wall' AND NOT EXISTS (SELECT FROM member m WHERE m.relation = p.polrelid)
    UNION ALL
    SELECT 'warning', format('view %s', v.oid::regclass),
           format('its owner %I is bound by no row security: without the library it shows rows of hardened table %s', o.rolname, m.relation::regclass),
           format('ALTER VIEW %s OWNER TO another role, or SET (security_invoker = true)', v.oid::regclass)
    FROM member m
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = m.relation AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite r ON r.oid = d.objid
    JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
    JOIN pg_roles o ON o.oid = v.relowner AND (o.rolsuper OR o.rolbypassrls)
    WHERE m.hardened AND NOT coalesce('security_invoker=true' = ANY (v.reloptions), false)
    GROUP BY v.oid, o.rolname, m.relation
    UNION ALL
    SELECT 'notice', format('role %I', r.rolname), 'it bypasses row security, and so second walls', format('ALTER ROLE %I NOBYPASSRLS', r.rolname)
    FROM pg_roles r
    WHERE r.rolbypassrls AND NOT r.rolsuper AND EXISTS (SELECT FROM member m WHERE m.hardened)
    UNION ALL
    SELECT 'notice', 'database ' || quote_ident(current_database()),
           format('labelled tables without a second wall: %s, %s among them; if the library is not loaded one day, their rows show',
                  count(*), min(m.relation::regclass::text COLLATE "C")),
           'SELECT wdd.harden(...), table by table'
    FROM member m WHERE NOT m.wanted AND m.relation = m.root
    HAVING count(*) > 0
    ORDER BY 1 DESC, 2
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_second_walls() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_second_walls() IS 'Findings of wdd.doctor() about wdd.harden(). Internal';
