-- Why does a value show, or not, for this session, now?  The rules are told in
-- the order in which the guard applies them (guard/gate.c, guard/row_check.c).

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
    IF current_setting('wdd_privacy.require_tls')::boolean THEN
        rules := rules || jsonb_build_array(jsonb_build_array('the connection is encrypted or local',
            inet_client_addr() IS NULL
            OR coalesce((SELECT s.ssl FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false),
            'wdd_privacy.require_tls is on'));
    END IF;
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
               wdd.purpose_granted(stated, speaker), format('role %s, or one it is a member of', speaker)))
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

CREATE FUNCTION wdd.explain_label(of_relation regclass, of_column name, OUT rules jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    column_purposes text := wdd.label_value(of_relation, of_column, 'purposes');
    table_purposes text := wdd.label_value(of_relation, NULL, 'purposes');
    category text := wdd.label_value(of_relation, of_column, 'category');
    unknown text;
BEGIN
    rules := '[]';
    IF table_purposes IS NOT NULL THEN
        rules := rules || jsonb_build_array(jsonb_build_array('the purpose is on the label of the table',
            coalesce(wdd.is_listed(table_purposes), false), 'it allows ' || table_purposes));
    END IF;
    rules := rules || jsonb_build_array(jsonb_build_array('the purpose is on the label of the column',
        coalesce(wdd.is_listed(column_purposes), false), 'it allows ' || column_purposes));
    SELECT string_agg(n.name, ', ') INTO unknown
    FROM unnest(string_to_array(concat_ws(',', column_purposes, table_purposes), ',')) AS n (name)
    WHERE NOT EXISTS (SELECT FROM wdd.purpose p WHERE p.name = n.name);
    rules := rules || jsonb_build_array(jsonb_build_array('all that the labels name exists',
        unknown IS NULL AND (category IS NULL OR EXISTS (SELECT FROM wdd.category c WHERE c.name = category)),
        coalesce('unknown purposes: ' || unknown, 'category ' || coalesce(category, 'none'))));
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
    WHERE NOT (r.rule ->> 1)::boolean AND r.rule ->> 0 <> 'the purpose is on the label of the column';
    unlisted := EXISTS (SELECT FROM jsonb_array_elements(labels) AS r (rule)
                        WHERE r.rule ->> 0 = 'the purpose is on the label of the column' AND NOT (r.rule ->> 1)::boolean);
    IF refused IS NOT NULL THEN
        RETURN 'refused: not so: ' || refused;
    ELSIF unlisted AND NOT masked_if_unlisted THEN
        RETURN 'refused: the purpose is not on the label of the column';
    ELSIF unlisted THEN
        RETURN format('masked (%s) for every person', mask);
    ELSIF (person -> 0 ->> 1)::boolean THEN
        RETURN 'shown';
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

CREATE FUNCTION wdd.explain_use(of_relation regclass, of_column name, subject anyelement)
RETURNS TABLE (step integer, rule text, holds boolean, explanation text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    known boolean;
    gate jsonb;
    labels jsonb := '[]';
    person jsonb := '[]';
    result text;
BEGIN
    PERFORM wdd.require_value('relation', of_relation IS NOT NULL);
    PERFORM wdd.require_value('column', of_column IS NOT NULL);
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = of_relation
                   AND a.attname = of_column AND a.attnum > 0 AND NOT a.attisdropped) THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist', wdd.shown(of_column::text), of_relation
            USING ERRCODE = 'undefined_column';
    END IF;
    IF wdd.label_value(of_relation, of_column, 'purposes') IS NULL THEN
        RETURN QUERY VALUES (1, 'the column is labelled', false, 'nothing protects it'), (2, 'result', NULL::boolean, 'shown');
        RETURN;
    END IF;
    IF wdd.glass_broken() THEN
        RETURN QUERY VALUES (1, 'the glass is broken', true, 'wdd.break_glass() is in force in this transaction'),
                            (2, 'result', NULL::boolean, 'shown');
        RETURN;
    END IF;
    SELECT e.known, e.rules INTO known, gate FROM wdd.explain_purpose() e;
    IF known THEN
        labels := wdd.explain_label(of_relation, of_column);
        IF wdd.current_purpose() IN ('backup', 'restore', 'replication') THEN
            person := jsonb_build_array(jsonb_build_array('the person permits the purpose', true, 'every row is open to it'));
        ELSE
            person := wdd.explain_person(subject, wdd.label_value(of_relation, of_column, 'category'),
                                         coalesce(wdd.label_value(of_relation, NULL, 'subject_kind'), 'account'));
        END IF;
    END IF;
    result := wdd.explain_result(of_relation, of_column, gate, labels, person);
    RETURN QUERY
        SELECT r.n::integer, r.rule ->> 0, (r.rule ->> 1)::boolean, r.rule ->> 2
        FROM jsonb_array_elements(gate || labels || person) WITH ORDINALITY AS r (rule, n)
        UNION ALL
        SELECT jsonb_array_length(gate || labels || person) + 1, 'result', NULL, result
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
