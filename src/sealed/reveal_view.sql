-- Reveal views: a table with its sealed columns in the clear, for who may open them.

CREATE FUNCTION wdd.write_revealed() RETURNS trigger
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_write_revealed';
COMMENT ON FUNCTION wdd.write_revealed() IS
    'Trigger function of reveal views, INSTEAD OF INSERT OR UPDATE OR DELETE FOR EACH ROW: writes to the table beneath, with the rights and the purpose of the caller. 55000: the view shows more than one table, or no unique key; 40001: the row was changed meanwhile; 0A000: a column that the table does not have. Open to everyone, as a trigger of restored views';

CREATE FUNCTION wdd.reveal_view_table(view regclass) RETURNS regclass
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'wdd_reveal_view_table';
COMMENT ON FUNCTION wdd.reveal_view_table(regclass) IS 'The table whose rows a view shows; NULL: it is not just one. Internal';
CREATE FUNCTION wdd.reveal_view_columns(view regclass) RETURNS smallint[]
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'wdd_reveal_view_columns';
COMMENT ON FUNCTION wdd.reveal_view_columns(regclass) IS
    'For each column of such a view the number of the table''s column that it shows, 0: none. NULL: it does not show just one table. Internal';

-- The sealed type itself, behind a domain; NULL: the type is not sealed.  An array
-- of sealed values is shown as it is.
CREATE FUNCTION wdd.sealed_base(type oid) RETURNS regtype
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE base AS (
        SELECT t.oid, t.typtype, t.typbasetype, t.typname, t.typnamespace FROM pg_type t WHERE t.oid = sealed_base.type
        UNION ALL
        SELECT t.oid, t.typtype, t.typbasetype, t.typname, t.typnamespace
        FROM base b JOIN pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd')
    SELECT b.oid::regtype FROM base b
    WHERE b.typtype = 'b' AND b.typnamespace = 'wdd'::regnamespace AND b.typname LIKE 'sealed\_%'
$$;
COMMENT ON FUNCTION wdd.sealed_base(oid) IS 'The sealed type that a type is, domains looked through; NULL: it is none. Internal';

CREATE FUNCTION wdd.revealed_column(attname name, type oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN wdd.sealed_base(type) IS NULL THEN format('t.%I', attname)
                ELSE format('wdd.reveal(t.%1$I) AS %1$I', attname) END
$$;
COMMENT ON FUNCTION wdd.revealed_column(name, oid) IS 'A column, as reveal views select it. Internal';

-- What the view has besides its query: each statement does nothing when it was
-- done already.  Privileges that the table gives to others are given for the
-- view; none is taken away.
CREATE FUNCTION wdd.complete_reveal_view(view regclass, shown regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    statement text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = view AND t.tgfoid = 'wdd.write_revealed()'::regprocedure) THEN
        EXECUTE format('CREATE TRIGGER wdd_write_revealed INSTEAD OF INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION wdd.write_revealed()', view);
    END IF;
    FOR statement IN
        -- where a column takes NULL, its default is the view's: else NULL could not be written
        SELECT format('ALTER VIEW %s ALTER COLUMN %I %s', view, v.attname,
                      CASE WHEN d.oid IS NULL THEN 'DROP DEFAULT' ELSE 'SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END)
        FROM unnest(wdd.reveal_view_columns(view)) WITH ORDINALITY AS c (attnum, place)
        JOIN pg_attribute v ON v.attrelid = view AND v.attnum = c.place
        JOIN pg_attribute a ON a.attrelid = shown AND a.attnum = c.attnum
        LEFT JOIN pg_attrdef d ON d.adrelid = shown AND d.adnum = a.attnum AND NOT a.attnotnull AND a.attgenerated = ''
                              AND wdd.sealed_base(a.atttypid) IS NULL
        WHERE d.oid IS NOT NULL OR v.atthasdef
        ORDER BY c.place
    LOOP
        EXECUTE statement;
    END LOOP;
    FOR statement IN
        SELECT format('GRANT %s ON %s TO %s%s', g.privilege_type, view,
                      CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
                      CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM pg_class c, aclexplode(c.relacl) g
        WHERE c.oid = shown AND g.grantee <> c.relowner AND g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        UNION ALL
        SELECT format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, v.attname, view,
                      CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
                      CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM unnest(wdd.reveal_view_columns(view)) WITH ORDINALITY AS n (attnum, place)
        JOIN pg_attribute v ON v.attrelid = view AND v.attnum = n.place
        JOIN pg_attribute a ON a.attrelid = shown AND a.attnum = n.attnum
        JOIN pg_class c ON c.oid = shown
        CROSS JOIN aclexplode(a.attacl) g
        WHERE g.grantee <> c.relowner AND g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE')
    LOOP
        EXECUTE statement;
    END LOOP;
END $$;
COMMENT ON FUNCTION wdd.complete_reveal_view(regclass, regclass) IS 'Trigger, defaults and privileges of a reveal view. Internal';

CREATE FUNCTION wdd.create_reveal_view(relation regclass, view_name text DEFAULT NULL) RETURNS regclass
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    shown   pg_class;
    names   text[];
    columns text;
    view    regclass;
BEGIN
    IF relation IS NULL THEN
        RAISE EXCEPTION 'argument "relation" must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    SELECT * INTO shown FROM pg_class c WHERE c.oid = relation;
    IF shown.relkind IS NULL OR shown.relkind NOT IN ('r', 'p') THEN
        RAISE EXCEPTION '"%" is not a table', relation USING ERRCODE = 'wrong_object_type';
    END IF;
    IF NOT pg_has_role(shown.relowner, 'USAGE') THEN
        RAISE EXCEPTION 'must be owner of table %', relation
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = 'The view becomes the table owner''s, with the privileges of the table.',
                  HINT = format('Let %s, or a member of it, create the view.', shown.relowner::regrole);
    END IF;
    SELECT string_agg(wdd.revealed_column(a.attname, a.atttypid), ', ' ORDER BY a.attnum) INTO columns
    FROM pg_attribute a
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT EXISTS (SELECT FROM pg_attribute a
                   WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND wdd.sealed_base(a.atttypid) IS NOT NULL) THEN
        RAISE EXCEPTION 'table "%" has no sealed columns', relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('Seal columns first: CALL wdd.seal_column(%L, ...).', relation::text);
    END IF;
    names := parse_ident(coalesce(view_name, quote_ident(left(shown.relname, 54) || '_revealed')));
    IF array_length(names, 1) > 2 THEN
        RAISE EXCEPTION 'the view''s name has too many parts'
            USING ERRCODE = 'invalid_name', HINT = 'It is a name, or a schema and a name.';
    END IF;
    IF array_length(names, 1) = 1 THEN
        names := (SELECT n.nspname::text FROM pg_namespace n WHERE n.oid = shown.relnamespace) || names;
    END IF;
    EXECUTE format('CREATE VIEW %I.%I WITH (security_invoker = true) AS SELECT %s FROM %s t', names[1], names[2], columns, relation);
    view := format('%I.%I', names[1], names[2])::regclass;
    EXECUTE format('COMMENT ON VIEW %s IS %L', view,
                   'A table with its sealed columns revealed, to purposes that may use them; made by wdd.create_reveal_view()');
    PERFORM wdd.complete_reveal_view(view, relation);
    IF (SELECT c.relowner FROM pg_class c WHERE c.oid = view) <> shown.relowner THEN
        EXECUTE format('ALTER VIEW %s OWNER TO %s', view, shown.relowner::regrole);
    END IF;
    RETURN view;
END $$;
COMMENT ON FUNCTION wdd.create_reveal_view(regclass, text) IS
    'Makes a view of a table in which sealed columns are revealed; view_name (default: the table''s and _revealed) may name a schema. It has the table''s columns, owner and privileges, shows and writes with the rights and the purpose of the caller, and takes INSERT, UPDATE, DELETE, RETURNING and COPY FROM. Returns the view. 22004: NULL; 42809: not a table; 42501: not its owner; 55000: no sealed columns; 42602: a malformed name; 42P07: the name is taken. Duty administer';

CREATE FUNCTION wdd.refresh_reveal_view(view regclass, leave_out name[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    was       pg_class;
    shown     regclass := wdd.reveal_view_table(view);
    statement text;
    columns   text;
    missing   name;
    again     text[];
BEGIN
    IF view IS NULL OR leave_out IS NULL OR array_position(leave_out, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'argument "%" must not be null', CASE WHEN view IS NULL THEN 'view' ELSE 'leave_out' END
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF shown IS NULL OR NOT EXISTS (SELECT FROM pg_trigger t
                                    WHERE t.tgrelid = view AND t.tgfoid = 'wdd.write_revealed()'::regprocedure) THEN
        RAISE EXCEPTION '"%" is not a reveal view', view
            USING ERRCODE = 'wrong_object_type', HINT = 'Reveal views are made by wdd.create_reveal_view().';
    END IF;
    SELECT * INTO was FROM pg_class c WHERE c.oid = view;
    IF NOT pg_has_role(was.relowner, 'USAGE') THEN
        RAISE EXCEPTION 'must be owner of view %', view USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT l.name INTO missing
    FROM unnest(leave_out) AS l (name)
    WHERE NOT EXISTS (SELECT FROM pg_attribute a
                      WHERE a.attrelid = shown AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = l.name);
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'column "%" of table "%" does not exist', missing, shown USING ERRCODE = 'undefined_column';
    END IF;

    -- names first; over names that nothing else has, since two may have changed places
    FOR statement IN
        SELECT format('ALTER VIEW %s RENAME COLUMN %I TO %I', view,
                      CASE r.step WHEN 1 THEN v.attname ELSE 'wdd renamed ' || c.place END,
                      CASE r.step WHEN 1 THEN 'wdd renamed ' || c.place ELSE a.attname END)
        FROM unnest(wdd.reveal_view_columns(view)) WITH ORDINALITY AS c (attnum, place)
        JOIN pg_attribute v ON v.attrelid = view AND v.attnum = c.place
        JOIN pg_attribute a ON a.attrelid = shown AND a.attnum = c.attnum AND a.attname <> v.attname
        CROSS JOIN generate_series(1, 2) AS r (step)
        ORDER BY r.step, c.place
    LOOP
        EXECUTE statement;
    END LOOP;

    -- what the view has stays where it is, what the table has more comes behind it
    SELECT string_agg(wdd.revealed_column(a.attname, a.atttypid), ', ' ORDER BY c.place, a.attnum) INTO columns
    FROM pg_attribute a
    LEFT JOIN unnest(wdd.reveal_view_columns(view)) WITH ORDINALITY AS c (attnum, place) ON c.attnum = a.attnum
    WHERE a.attrelid = shown AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (leave_out);
    IF EXISTS (SELECT FROM unnest(wdd.reveal_view_columns(view)) AS c (attnum)
               JOIN pg_attribute a ON a.attrelid = shown AND a.attnum = c.attnum AND a.attname = ANY (leave_out)) THEN
        -- PostgreSQL takes no column off a view
        again := ARRAY(
            SELECT format('GRANT %s ON %s TO %s%s', g.privilege_type, view,
                          CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
                          CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
            FROM aclexplode(was.relacl) g WHERE g.grantee <> was.relowner
            UNION ALL
            SELECT format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, v.attname, view,
                          CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
                          CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
            FROM pg_attribute v, aclexplode(v.attacl) g
            WHERE v.attrelid = view AND v.attname <> ALL (leave_out)
            UNION ALL
            SELECT format('COMMENT ON VIEW %s IS %L', view, obj_description(view, 'pg_class'))
            UNION ALL
            SELECT format('COMMENT ON COLUMN %s.%I IS %L', view, v.attname, col_description(view, v.attnum))
            FROM pg_attribute v
            WHERE v.attrelid = view AND v.attname <> ALL (leave_out) AND col_description(view, v.attnum) IS NOT NULL);
        statement := format('CREATE VIEW %s WITH (%s) AS SELECT %s FROM %s t', view, array_to_string(was.reloptions, ', '), columns, shown);
        again := ARRAY[statement, format('ALTER VIEW %s OWNER TO %s', view, was.relowner::regrole)] || again;
        EXECUTE format('DROP VIEW %s', view);
        FOREACH statement IN ARRAY again LOOP
            EXECUTE statement;
        END LOOP;
        view := to_regclass(format('%I.%I', was.relnamespace::regnamespace::text, was.relname));
    ELSE
        EXECUTE format('CREATE OR REPLACE VIEW %s WITH (%s) AS SELECT %s FROM %s t', view, array_to_string(was.reloptions, ', '), columns, shown);
    END IF;
    PERFORM wdd.complete_reveal_view(view, shown);
END $$;
COMMENT ON FUNCTION wdd.refresh_reveal_view(regclass, name[]) IS
    'Makes a reveal view follow its table: columns that were renamed or added since, defaults, and privileges that the table gives; nothing else of the view changes, and what depends on it stays. Columns to leave_out are taken off it, so that they can be dropped or converted: the view is made anew then, with its privileges, and nothing may depend on it. 22004: NULL; 42809: not a reveal view; 42501: not its owner; 42703: no such column; 2BP01: something depends on it. Duty administer';
