-- Row triggers that may see whole rows of protected tables.  A trigger is known
-- by its fingerprint, so that an approval holds for the code that was read, and
-- ends when trigger or function become something else.
CREATE TABLE wdd.trigger_approval (
    relation       regclass NOT NULL,
    fingerprint    bytea NOT NULL,
    trigger        name NOT NULL,
    reason         text NOT NULL,
    approved_by    name NOT NULL DEFAULT session_user,
    approved_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (relation, fingerprint)
);
COMMENT ON TABLE wdd.trigger_approval IS
    'Row triggers that may see whole rows of protected tables; made by wdd.approve_trigger()';

CREATE FUNCTION wdd.trigger_fingerprint(trigger oid) RETURNS bytea
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'wdd_trigger_fingerprint';
COMMENT ON FUNCTION wdd.trigger_fingerprint(oid) IS
    'SHA-256 of what a trigger does: events, condition, arguments; source, language, library, settings and (SECURITY DEFINER) owner of its function. NULL: no such trigger. Internal';

CREATE FUNCTION wdd.trigger_built_in(trigger oid) RETURNS boolean
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'wdd_trigger_built_in';
COMMENT ON FUNCTION wdd.trigger_built_in(oid) IS
    'Is it a trigger of PostgreSQL itself, which nobody has to approve? NULL: no such trigger. Internal';

CREATE FUNCTION wdd.trigger_approval_changed() RETURNS trigger
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_trigger_approval_changed';
REVOKE EXECUTE ON FUNCTION wdd.trigger_approval_changed() FROM PUBLIC;
COMMENT ON FUNCTION wdd.trigger_approval_changed() IS
    'Trigger function of wdd.trigger_approval: plans of the table that the approval is about are made anew';
CREATE TRIGGER signal AFTER INSERT OR UPDATE OR DELETE ON wdd.trigger_approval
    FOR EACH ROW EXECUTE FUNCTION wdd.trigger_approval_changed();
ALTER TABLE wdd.trigger_approval ENABLE ALWAYS TRIGGER signal;

-- A name in the function's source is looked up at every call, by the path of
-- whoever fires it, and temporary objects come first unless the path says
-- otherwise: without a path of its own the function is not the one that was read.
CREATE FUNCTION wdd.check_trigger_path(function regprocedure) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    path text;
BEGIN
    IF EXISTS (SELECT FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
               WHERE p.oid = check_trigger_path.function AND l.lanname IN ('c', 'internal')) THEN
        RETURN;
    END IF;
    SELECT substr(s.setting, length('search_path=') + 1) INTO path
    FROM pg_proc p, unnest(p.proconfig) AS s (setting)
    WHERE p.oid = check_trigger_path.function AND s.setting LIKE 'search\_path=%';
    IF path IS NULL OR path !~ '(^\s*(""\s*)?$|(^|[,\s"])pg_temp"?\s*$)' THEN
        RAISE EXCEPTION 'function % has no search_path of its own that ends with pg_temp', function
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'Who fires the trigger could put other functions and tables in the place of those that it names.',
                  HINT = format('ALTER FUNCTION %s SET search_path = pg_catalog, ..., pg_temp.', function);
    END IF;
END $$;
COMMENT ON FUNCTION wdd.check_trigger_path(regprocedure) IS
    'Raises 55000 unless the function has a search_path of its own that is empty or ends with pg_temp. Internal';

CREATE FUNCTION wdd.approve_trigger(relation regclass, trigger name, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_trigger pg_trigger;
BEGIN
    PERFORM wdd.require_value('relation', relation IS NOT NULL);
    PERFORM wdd.require_value('trigger', trigger IS NOT NULL);
    PERFORM wdd.require_value('reason', reason IS NOT NULL);
    IF btrim(reason) = '' THEN
        RAISE EXCEPTION 'reason must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- nobody alters the trigger meanwhile
    EXECUTE format('LOCK TABLE %s IN SHARE UPDATE EXCLUSIVE MODE', relation);
    SELECT * INTO found_trigger FROM pg_trigger t
    WHERE t.tgrelid = approve_trigger.relation AND t.tgname = approve_trigger.trigger;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'trigger "%" of table "%" does not exist', trigger, relation
            USING ERRCODE = 'undefined_object';
    END IF;
    IF found_trigger.tgtype & 1 = 0 THEN
        RAISE EXCEPTION 'trigger "%" of table "%" is not a row trigger', trigger, relation
            USING ERRCODE = 'wrong_object_type',
                  DETAIL = 'Statement triggers are handed no rows, and transition tables of protected tables are not read.';
    END IF;
    IF found_trigger.tgparentid <> 0 THEN
        RAISE EXCEPTION 'trigger "%" of table "%" is its parent''s', trigger, relation
            USING ERRCODE = 'wrong_object_type',
                  HINT = format('Approve it on the parent table: it holds for every partition. The parent is %s.',
                                (SELECT t.tgrelid::regclass FROM pg_trigger t WHERE t.oid = found_trigger.tgparentid));
    END IF;
    PERFORM wdd.check_trigger_path(found_trigger.tgfoid::regprocedure);
    DELETE FROM wdd.trigger_approval a
    WHERE a.relation = approve_trigger.relation
      AND (a.trigger = approve_trigger.trigger OR a.fingerprint = wdd.trigger_fingerprint(found_trigger.oid));
    INSERT INTO wdd.trigger_approval (relation, fingerprint, trigger, reason)
        VALUES (relation, wdd.trigger_fingerprint(found_trigger.oid), trigger, reason);
END $$;
COMMENT ON FUNCTION wdd.approve_trigger(regclass, name, text) IS
    'Lets a row trigger, as it is now, see whole rows of a protected table, and of its partitions. It ends when the trigger, or its function, becomes another: source, language, settings, arguments, condition. 22004: NULL; 22023: an empty reason; 42704: no such trigger; 42809: no row trigger, or a partition''s copy; 55000: its function has no search_path of its own. Duty administer.';

CREATE FUNCTION wdd.withdraw_trigger_approval(relation regclass, trigger name) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM wdd.require_value('relation', relation IS NOT NULL);
    PERFORM wdd.require_value('trigger', trigger IS NOT NULL);
    DELETE FROM wdd.trigger_approval a
    WHERE a.relation = withdraw_trigger_approval.relation
      AND (a.trigger = withdraw_trigger_approval.trigger
           OR a.fingerprint = (SELECT wdd.trigger_fingerprint(t.oid) FROM pg_trigger t
                               WHERE t.tgrelid = withdraw_trigger_approval.relation
                                 AND t.tgname = withdraw_trigger_approval.trigger));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'trigger "%" of table "%" is not approved', trigger, relation
            USING ERRCODE = 'undefined_object';
    END IF;
END $$;
COMMENT ON FUNCTION wdd.withdraw_trigger_approval(regclass, name) IS
    'Takes the approval from a row trigger, from the next statement on. 22004: NULL; 42704: not approved. Duty administer.';

-- Tables with labels, and what inherits from them.
CREATE FUNCTION wdd.labelled_tree() RETURNS TABLE (relation regclass)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE tree (oid) AS (
        SELECT s.objoid FROM pg_seclabel s WHERE s.provider = 'wdd_privacy' AND s.classoid = 'pg_class'::regclass
        UNION
        SELECT i.inhrelid FROM tree t JOIN pg_inherits i ON i.inhparent = t.oid)
    SELECT t.oid::regclass FROM tree t
$$;
COMMENT ON FUNCTION wdd.labelled_tree() IS 'Tables that labels protect, those that inherit them included. Internal';

CREATE FUNCTION wdd.trigger_approvals()
RETURNS TABLE (relation regclass, trigger name, function regprocedure, state text, reason text,
               approved_by name, approved_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH present AS (
        SELECT t.tgrelid AS relation, t.tgname, t.tgfoid, t.tgenabled, wdd.trigger_fingerprint(t.oid) AS fingerprint
        FROM pg_trigger t
        WHERE (t.tgrelid IN (SELECT l.relation FROM wdd.labelled_tree() l)
               OR t.tgrelid IN (SELECT a.relation FROM wdd.trigger_approval a))
          AND t.tgtype & 1 = 1 AND t.tgparentid = 0 AND NOT wdd.trigger_built_in(t.oid))
    SELECT coalesce(p.relation, a.relation)::regclass, coalesce(p.tgname, a.trigger), p.tgfoid::regprocedure,
           CASE WHEN a.relation IS NULL THEN 'not approved' ELSE 'approved' END
           || CASE WHEN p.tgenabled = 'D' THEN ', disabled' ELSE '' END,
           a.reason, a.approved_by, a.approved_at
    FROM present p LEFT JOIN wdd.trigger_approval a ON a.relation = p.relation AND a.fingerprint = p.fingerprint
    UNION ALL
    SELECT a.relation, a.trigger, NULL, 'void: there is no such trigger any more', a.reason, a.approved_by, a.approved_at
    FROM wdd.trigger_approval a
    WHERE NOT EXISTS (SELECT FROM present p WHERE p.relation = a.relation AND p.fingerprint = a.fingerprint)
    ORDER BY 1, 2, 4
$$;
COMMENT ON FUNCTION wdd.trigger_approvals() IS
    'Row triggers of protected tables, with their state: approved, not approved (a use of every labelled column), or void: the approval was of something that is no longer so. Triggers that do not see old rows and cannot alter new ones are listed, too. Duty administer or officer.';
