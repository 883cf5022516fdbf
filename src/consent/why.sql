-- Why does a value show, or not, for this session, now?  The rules are told in
-- the order in which the guard applies them (guard/gate.c, guard/row_check.c).

CREATE FUNCTION wdd.explain_transport(OUT rules jsonb)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    rules := '[]';
    IF current_setting('wdd_privacy.require_tls')::boolean THEN
        rules := jsonb_build_array(jsonb_build_array('the connection is encrypted or local',
            inet_client_addr() IS NULL
            OR coalesce((SELECT s.ssl FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false),
            'wdd_privacy.require_tls is on'));
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION wdd.explain_transport() FROM PUBLIC;
COMMENT ON FUNCTION wdd.explain_transport() IS
    'The rule of the gate that concerns the connection, as [rule, holds, explanation]. Internal.';

-- The grants by which a role may act for a purpose: its own and those of roles
-- that it is a member of, in force or ended.
CREATE FUNCTION wdd.explain_grants(purpose_id smallint, speaker regrole) RETURNS text
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE spoken_for (role) AS (
        SELECT speaker::oid
        UNION
        SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN spoken_for s ON s.role = m.member
    )
    SELECT coalesce(string_agg(format('%s %s', g.role::regrole,
                                      CASE WHEN g.valid_until IS NULL OR g.valid_until = 'infinity' THEN 'without end'
                                           ELSE to_char(g.valid_until AT TIME ZONE 'UTC', '"until" YYYY-MM-DD HH24:MI:SS "UTC"') END),
                               ', ' ORDER BY g.role::regrole::text COLLATE "C"),
                    format('neither role %s nor one it is a member of has a grant', speaker))
    FROM wdd.purpose_grant g JOIN spoken_for s ON s.role = g.role
    WHERE g.purpose_id = explain_grants.purpose_id
$$;
REVOKE EXECUTE ON FUNCTION wdd.explain_grants(smallint, regrole) FROM PUBLIC;
COMMENT ON FUNCTION wdd.explain_grants(smallint, regrole) IS 'Which grants let a role act for a purpose, and until when. Internal.';

CREATE FUNCTION wdd.explain_purpose(OUT known boolean, OUT rules jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    stated text := wdd.current_purpose();
    speaker regrole := wdd.purpose_stated_by();
    p wdd.purpose;
    case_reference text := current_setting('wdd_privacy.case_reference', true);
BEGIN
    rules := jsonb_build_array(jsonb_build_array('a purpose is stated', stated IS NOT NULL,
        CASE WHEN stated IS NULL THEN 'SET wdd_privacy.purpose'
             ELSE format('purpose "%s", by role %s', stated, speaker) END));
    SELECT * INTO p FROM wdd.purpose x WHERE x.name = stated;
    known := FOUND;
    IF stated IS NULL THEN
        RETURN;
    END IF;
    rules := rules || jsonb_build_array(jsonb_build_array('the purpose exists', known,
        CASE WHEN known THEN format('basis %s, clause %s', p.basis, coalesce(p.clause, 'none')) END));
    IF NOT known THEN
        RETURN;
    END IF;
    rules := rules
        || jsonb_build_array(jsonb_build_array('the purpose is granted to the role that stated it',
               wdd.purpose_granted(stated, speaker), wdd.explain_grants(p.purpose_id, speaker)))
        || jsonb_build_array(jsonb_build_array('a case reference is stated if the purpose needs one',
               NOT p.case_reference_required OR coalesce(case_reference, '') <> '',
               CASE WHEN p.case_reference_required THEN 'needed' ELSE 'not needed' END))
        || jsonb_build_array(jsonb_build_array('the purpose is not for aggregates only', NOT p.aggregate_only,
               CASE WHEN p.aggregate_only THEN 'this version refuses every use for such a purpose' END));
END $$;
REVOKE EXECUTE ON FUNCTION wdd.explain_purpose() FROM PUBLIC;
COMMENT ON FUNCTION wdd.explain_purpose() IS
    'The rules of the gate that concern the stated purpose alone, as [rule, holds, explanation]. Internal.';

-- What the label of the column (or, without one, of the table) says.
CREATE FUNCTION wdd.label_value(of_relation regclass, of_column name, of_key text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT f.value FROM wdd.label_fields(of_relation) f
    WHERE f.key = of_key AND f.column_name IS NOT DISTINCT FROM of_column
$$;
REVOKE EXECUTE ON FUNCTION wdd.label_value(regclass, name, text) FROM PUBLIC;
COMMENT ON FUNCTION wdd.label_value(regclass, name, text) IS
    'One key of the label of a column, or (column NULL) of the table; NULL when it does not say it. Internal.';

-- Is the stated purpose on a list of purposes?  Built-in ones and those of
-- authority stand on every label.
CREATE FUNCTION wdd.is_listed(purposes text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT wdd.current_purpose() = ANY (string_to_array(purposes, ','))
        OR EXISTS (SELECT FROM wdd.purpose p
                   WHERE p.name = wdd.current_purpose() AND (p.built_in OR p.basis = 'authority'))
$$;
REVOKE EXECUTE ON FUNCTION wdd.is_listed(text) FROM PUBLIC;
COMMENT ON FUNCTION wdd.is_listed(text) IS 'Does the stated purpose stand on this list of a label? Internal.';

-- What the labels name and does not exist; NULL when all does.  The subject
-- kind and purposes of a table close it whole, names of a column that column.
CREATE FUNCTION wdd.unknown_names(of_relation regclass, of_column name) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT string_agg(n.what || ' ' || n.name, ', ' ORDER BY n.what, n.name)
    FROM (SELECT CASE f.key WHEN 'purposes' THEN 'purpose' WHEN 'subject_kind' THEN 'subject kind' ELSE f.key END AS what, v.name
          FROM wdd.label_fields(of_relation) f, unnest(string_to_array(f.value, ',')) AS v (name)
          WHERE f.key IN ('purposes', 'category', 'subject_kind')
            AND (f.column_name IS NULL OR f.column_name = of_column)) AS n
    WHERE NOT CASE n.what WHEN 'purpose' THEN EXISTS (SELECT FROM wdd.purpose p WHERE p.name = n.name)
                          WHEN 'category' THEN EXISTS (SELECT FROM wdd.category c WHERE c.name = n.name)
                          ELSE EXISTS (SELECT FROM wdd.subject_kind k WHERE k.name = n.name) END
$$;
REVOKE EXECUTE ON FUNCTION wdd.unknown_names(regclass, name) FROM PUBLIC;
COMMENT ON FUNCTION wdd.unknown_names(regclass, name) IS
    'What the labels of a table and of one of its columns name and does not exist, or NULL. Internal.';

CREATE FUNCTION wdd.explain_label(of_relation regclass, of_column name, OUT rules jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    column_purposes text := wdd.label_value(of_relation, of_column, 'purposes');
    table_purposes text := wdd.label_value(of_relation, NULL, 'purposes');
    category text := wdd.label_value(of_relation, of_column, 'category');
    unknown text := wdd.unknown_names(of_relation, of_column);
BEGIN
    rules := '[]';
    IF table_purposes IS NOT NULL THEN
        rules := rules || jsonb_build_array(jsonb_build_array('the purpose is on the label of the table',
            coalesce(wdd.is_listed(table_purposes), false), 'it allows ' || table_purposes));
    END IF;
    IF column_purposes IS NOT NULL THEN
        rules := rules || jsonb_build_array(jsonb_build_array('the purpose is on the label of the column',
            coalesce(wdd.is_listed(column_purposes), false), 'it allows ' || column_purposes));
        IF wdd.current_purpose() = 'restore' THEN
            rules := rules || jsonb_build_array(jsonb_build_array('the purpose reads', false,
                'it stores what a dump holds, and shows nothing'));
        END IF;
    END IF;
    -- dumps take along what is closed
    rules := rules || jsonb_build_array(jsonb_build_array('all that the labels name exists',
        unknown IS NULL OR coalesce(wdd.current_purpose(), '') IN ('backup', 'restore', 'replication'),
        coalesce('unknown: ' || unknown, 'category ' || coalesce(category, 'none'))));
END $$;
REVOKE EXECUTE ON FUNCTION wdd.explain_label(regclass, name) FROM PUBLIC;
COMMENT ON FUNCTION wdd.explain_label(regclass, name) IS
    'The rules of the gate that concern the labels, as [rule, holds, explanation]. Internal.';

-- What the person said about the stated purpose, or did not say.
CREATE FUNCTION wdd.explain_person(subject anyelement, category text, kind text, OUT rules jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    stated text := wdd.current_purpose();
    p wdd.purpose;
    answer record;
    permits boolean;
    own text := current_setting('wdd_privacy.subject', true);
BEGIN
    SELECT * INTO p FROM wdd.purpose x WHERE x.name = stated;
    IF p.name = 'self' THEN
        rules := jsonb_build_array(jsonb_build_array('the row is of the person in wdd_privacy.subject',
            coalesce(subject::text = CASE WHEN own LIKE '%:%' THEN substr(own, strpos(own, ':') + 1) ELSE own END
                     AND kind = CASE WHEN own LIKE '%:%' THEN split_part(own, ':', 1) ELSE 'account' END, false),
            format('subject %L', own)));
        RETURN;
    END IF;
    IF subject IS NULL THEN
        rules := jsonb_build_array(jsonb_build_array('the person permits the purpose', NOT p.refusable,
            CASE WHEN p.refusable THEN 'there is no person who could' ELSE format('basis %s asks nobody', p.basis) END));
        RETURN;
    END IF;
    permits := wdd.permitted(subject, stated, category, kind);
    SELECT a.action, a.since, a.category INTO answer
    FROM wdd.current_answers(ARRAY[subject], kind) a
    WHERE a.purpose = stated AND a.action IS NOT NULL
      AND (a.category IS NULL OR a.category = explain_person.category)
    ORDER BY a.category NULLS LAST
    LIMIT 1;
    rules := jsonb_build_array(jsonb_build_array('the person permits the purpose', permits,
        CASE WHEN NOT p.refusable THEN format('basis %s asks nobody', p.basis)
             WHEN answer.action IS NULL THEN format('said nothing; basis %s: silence means %s', p.basis,
                                                    CASE WHEN p.silence_permits THEN 'yes' ELSE 'no' END)
             ELSE format('%s for %s, %s', answer.action, coalesce('category ' || answer.category, 'every category'),
                         to_char(answer.since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"')) END));
END $$;
REVOKE EXECUTE ON FUNCTION wdd.explain_person(anyelement, text, text) FROM PUBLIC;
COMMENT ON FUNCTION wdd.explain_person(anyelement, text, text) IS
    'The rule of the row check for one person, as [rule, holds, explanation]. Internal.';

-- The verdict over the rules that hold or not.
CREATE FUNCTION wdd.explain_result(of_relation regclass, of_column name, gate jsonb, labels jsonb, person jsonb)
RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    masked_if_unlisted boolean := wdd.label_value(of_relation, of_column, 'if_not_listed') = 'mask';
    mask text := coalesce(wdd.label_value(of_relation, of_column, 'mask'), 'null');
    refused text;
    unlisted boolean;
BEGIN
    SELECT string_agg(r.rule ->> 0, '; ' ORDER BY r.n) INTO refused
    FROM jsonb_array_elements(gate || labels) WITH ORDINALITY AS r (rule, n)
    WHERE NOT (r.rule ->> 1)::boolean AND r.rule ->> 0 NOT IN ('the column is labelled', 'the purpose is on the label of the column');
    unlisted := EXISTS (SELECT FROM jsonb_array_elements(labels) AS r (rule)
                        WHERE r.rule ->> 0 = 'the purpose is on the label of the column' AND NOT (r.rule ->> 1)::boolean);
    IF refused IS NOT NULL THEN
        RETURN 'refused: not so: ' || refused;
    ELSIF unlisted AND NOT masked_if_unlisted THEN
        RETURN 'refused: the purpose is not on the label of the column';
    ELSIF unlisted THEN
        RETURN format('masked (%s) for every person', mask);
    ELSIF coalesce((person -> 0 ->> 1)::boolean, true) THEN
        RETURN 'shown';           -- or nobody has to be asked
    END IF;
    IF wdd.current_purpose() = 'self' THEN
        RETURN 'the row is hidden';
    END IF;
    RETURN CASE wdd.label_value(of_relation, of_column, 'if_not_permitted')
        WHEN 'mask' THEN format('masked (%s)', mask)
        WHEN 'error' THEN 'error when the value is used'
        ELSE 'the row is hidden' END;
END $$;
REVOKE EXECUTE ON FUNCTION wdd.explain_result(regclass, name, jsonb, jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION wdd.explain_result(regclass, name, jsonb, jsonb, jsonb) IS
    'The last row of wdd.why(). Internal.';

-- The rules that apply.  A column without label is as free as its table: some
-- tables may be used for their purposes alone, some are closed, and purpose
-- self hides the rows of others whatever column is used.
CREATE FUNCTION wdd.explain_rules(of_relation regclass, of_column name, subject anyelement,
                                  OUT gate jsonb, OUT labels jsonb, OUT person jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    stated text := wdd.current_purpose();
    labelled boolean := wdd.label_value(of_relation, of_column, 'purposes') IS NOT NULL;
    known boolean;
BEGIN
    gate := '[]';
    labels := '[]';
    person := '[]';
    IF wdd.glass_broken() THEN
        IF labelled THEN
            gate := wdd.explain_transport();
        END IF;
        gate := gate || jsonb_build_array(jsonb_build_array('the glass is broken', true,
                                                            'wdd.break_glass() is in force in this transaction'));
        RETURN;
    END IF;
    IF NOT labelled THEN
        gate := jsonb_build_array(jsonb_build_array('the column is labelled', false, 'only its table is'));
    END IF;
    labels := wdd.explain_label(of_relation, of_column);
    IF labelled OR wdd.label_value(of_relation, NULL, 'purposes') IS NOT NULL THEN
        SELECT e.known, wdd.explain_transport() || gate || e.rules INTO known, gate FROM wdd.explain_purpose() e;
        IF NOT known THEN
            labels := '[]';
        END IF;
    END IF;
    IF stated = 'self' OR (labelled AND known AND wdd.unknown_names(of_relation, of_column) IS NULL) THEN
        IF stated IN ('backup', 'restore', 'replication') THEN
            person := jsonb_build_array(jsonb_build_array('the person permits the purpose', true, 'every row is open to it'));
        ELSE
            person := wdd.explain_person(subject, wdd.label_value(of_relation, of_column, 'category'),
                                         coalesce(wdd.label_value(of_relation, NULL, 'subject_kind'), 'account'));
        END IF;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION wdd.explain_rules(regclass, name, anyelement) FROM PUBLIC;
COMMENT ON FUNCTION wdd.explain_rules(regclass, name, anyelement) IS
    'The rules of wdd.why() for a protected table, as [rule, holds, explanation]: of gate, labels and person. Internal.';

CREATE FUNCTION wdd.explain_use(of_relation regclass, of_column name, subject anyelement)
RETURNS TABLE (step integer, rule text, holds boolean, explanation text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    r record;
BEGIN
    PERFORM wdd.require_value('relation', of_relation IS NOT NULL);
    PERFORM wdd.require_value('column', of_column IS NOT NULL);
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = of_relation
                   AND a.attname = of_column AND a.attnum > 0 AND NOT a.attisdropped) THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist', wdd.shown(of_column::text), of_relation
            USING ERRCODE = 'undefined_column';
    END IF;
    IF NOT EXISTS (SELECT FROM wdd.label_fields(of_relation)) THEN
        RETURN QUERY VALUES (1, 'the column is labelled', false, 'nothing protects it'), (2, 'result', NULL::boolean, 'shown');
        RETURN;
    END IF;
    SELECT * INTO r FROM wdd.explain_rules(of_relation, of_column, subject);
    RETURN QUERY
        SELECT e.n::integer, e.rule ->> 0, (e.rule ->> 1)::boolean, e.rule ->> 2
        FROM jsonb_array_elements(r.gate || r.labels || r.person) WITH ORDINALITY AS e (rule, n)
        UNION ALL
        SELECT jsonb_array_length(r.gate || r.labels || r.person) + 1, 'result', NULL,
               wdd.explain_result(of_relation, of_column, r.gate, r.labels, r.person)
        ORDER BY 1;
END $$;
REVOKE EXECUTE ON FUNCTION wdd.explain_use(regclass, name, anyelement) FROM PUBLIC;
COMMENT ON FUNCTION wdd.explain_use(regclass, name, anyelement) IS 'The rows of wdd.why(). Internal.';

DO $do$
DECLARE
    key_type text;
BEGIN
    FOREACH key_type IN ARRAY ARRAY['bigint', 'uuid', 'text'] LOOP
        EXECUTE format($sql$
            CREATE FUNCTION wdd.why(relation regclass, "column" name, subject %1$s)
            RETURNS TABLE (step integer, rule text, holds boolean, explanation text)
            LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            BEGIN
                RETURN QUERY SELECT * FROM wdd.explain_use(relation, "column", subject);
            END $$;
            REVOKE EXECUTE ON FUNCTION wdd.why(regclass, name, %1$s) FROM PUBLIC;
            COMMENT ON FUNCTION wdd.why(regclass, name, %1$s) IS
                'Why a value of this person shows in this column, or not, for this session, now: a row per rule with whether it holds; last the result (shown, the row is hidden, masked, error, refused). subject NULL: a row that has none. 22004: relation or column is null; 42703: no such column. Duty officer.';
            $sql$, key_type);
    END LOOP;
END $do$;
