-- wdd.doctor(), part: can what is sealed be opened, and where do the keys lie?

CREATE FUNCTION wdd.uses_keys() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM wdd.key_epoch)
        OR EXISTS (SELECT FROM pg_type t
                   JOIN pg_attribute a ON a.atttypid IN (t.oid, t.typarray) AND NOT a.attisdropped
                   JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
                   WHERE t.typnamespace = 'wdd'::regnamespace AND t.typname LIKE 'sealed\_%')
$$;
REVOKE EXECUTE ON FUNCTION wdd.uses_keys() FROM PUBLIC;
COMMENT ON FUNCTION wdd.uses_keys() IS 'Are there sealed columns, or were there? Internal';

-- What the extension puts on tables with sealed columns, and may have been taken off.
CREATE FUNCTION wdd.findings_sealed_columns() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH sealed AS (
        SELECT c.oid::regclass AS relation, c.relkind, a.attnum, a.attname, a.atttypmod
        FROM pg_type t
        JOIN pg_attribute a ON a.atttypid IN (t.oid, t.typarray) AND NOT a.attisdropped
        JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
        WHERE t.typnamespace = 'wdd'::regnamespace AND t.typname LIKE 'sealed\_%'
    )
    SELECT DISTINCT 'warning', 'table ' || s.relation, 'the trigger that seals is missing or disabled: only NULL can be stored in its sealed columns',
           format('ALTER TABLE %s RESET (fillfactor), which puts it back; or ENABLE TRIGGER ALL', s.relation)
    FROM sealed s
    WHERE s.relkind = 'r' AND NOT EXISTS (
        SELECT FROM pg_trigger g WHERE g.tgrelid = s.relation AND g.tgfoid = 'wdd.seal_row()'::regprocedure AND g.tgenabled IN ('O', 'A'))
    UNION ALL
    SELECT 'critical', format('column %s.%I', s.relation, s.attname), 'the constraint that refuses values which were not sealed for their row is missing',
           format('ALTER TABLE %s RESET (fillfactor), which puts it back', s.relation)
    FROM sealed s
    WHERE NOT EXISTS (
        SELECT FROM pg_constraint c
        WHERE c.conrelid = s.relation AND c.contype = 'c' AND c.conname LIKE 'wdd\_sealed\_%' AND c.conkey = ARRAY[s.attnum] AND c.convalidated)
    UNION ALL
    SELECT 'warning', format('column %s.%I', s.relation, s.attname), 'it has no number: its values open in other columns without number, too',
           format('ALTER TABLE %s ALTER %I TYPE ..., to the type that it has', s.relation, s.attname)
    FROM sealed s
    WHERE s.atttypmod < 0 OR s.atttypmod & 65535 = 0
    UNION ALL
    SELECT 'warning', 'type ' || a.oid::regtype, 'ANALYZE keeps elements of sealed arrays, as ciphertext, also after they were deleted',
           format('as a superuser, UPDATE pg_type SET typanalyze = %L WHERE oid = %L::regtype, and ANALYZE', 'wdd.sealed_typanalyze', a.oid::regtype)
    FROM pg_type t
    JOIN pg_type a ON a.oid = t.typarray AND a.typanalyze <> 'wdd.sealed_typanalyze(internal)'::regprocedure
    WHERE t.typnamespace = 'wdd'::regnamespace AND t.typname LIKE 'sealed\_%'
      AND EXISTS (SELECT FROM pg_attribute c WHERE c.atttypid = a.oid AND NOT c.attisdropped)
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_sealed_columns() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_sealed_columns() IS 'wdd.doctor(), part: triggers, constraints, numbers and statistics of sealed columns. Internal';

CREATE FUNCTION wdd.findings_keys() RETURNS SETOF wdd.finding
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    state    record;
    has_any  boolean;
BEGIN
    IF NOT wdd.uses_keys() THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM wdd.findings_sealed_columns();
    SELECT * INTO state FROM wdd.key_ring_state();
    SELECT coalesce(bool_or(e.has_key), false) INTO has_any FROM wdd.key_ring_epochs() e;
    IF state.message IS NOT NULL THEN
        RETURN NEXT ROW(CASE WHEN has_any THEN 'warning' ELSE 'critical' END, 'keys of sealed values',
            state.message || ': ' || state.detail
            || CASE WHEN has_any THEN ' Keys from before are in use, until a restart or wdd.reload_keys().' ELSE ' What is sealed cannot be opened, and nothing be sealed.' END,
            state.hint)::wdd.finding;
    END IF;
    IF NOT has_any THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT 'critical', 'epoch ' || e.epoch || ' of keys',
               CASE WHEN e.has_key THEN 'its key is not the one that this database was sealed with' ELSE 'the source of keys does not have its key' END
               || ': what is sealed under it cannot be opened',
               'give the source the line of the epoch back, then SELECT wdd.reload_keys()'
        FROM wdd.key_ring_epochs() e JOIN wdd.key_epoch k USING (epoch)
        WHERE k.state <> 'retired' AND e.key_right IS NOT TRUE
        UNION ALL
        SELECT 'notice', 'epoch ' || e.epoch || ' of keys',
               'it is retired, but the source of keys still has its key: whoever has an old backup and the key can open it',
               'destroy the key, at the source and in every copy, then SELECT wdd.reload_keys()'
        FROM wdd.key_ring_epochs() e JOIN wdd.key_epoch k USING (epoch)
        WHERE k.state = 'retired' AND e.has_key
        UNION ALL
        SELECT 'notice', 'epoch ' || d.epoch || ' of keys',
               format('%s persons'' data keys are still wrapped under it', d.n), 'CALL wdd.rewrap_keys()'
        FROM (SELECT k.epoch, count(*) AS n FROM wdd.data_key k
              WHERE k.epoch <> (SELECT c.epoch FROM wdd.key_epoch c WHERE c.state = 'current') GROUP BY k.epoch) d;
    IF NOT state.locked THEN
        RETURN NEXT ROW('warning', 'server', 'memory for keys cannot be locked, and may be written to swap space',
            'raise the limit of locked memory of the server''s user (LimitMEMLOCK of its service), and restart; or encrypt swap space')::wdd.finding;
    END IF;
    IF state.source = 'file' THEN
        RETURN NEXT ROW('notice', 'setting wdd_privacy.key_file', 'keys lie in a file beside the server: whoever takes the machine, or a backup of all of it, has keys and data',
            'in production take them from a key service, by wdd_privacy.key_command (doc/keys.md)')::wdd.finding;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION wdd.findings_keys() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_keys() IS 'Findings of wdd.doctor() about keys of sealed values. Internal';
