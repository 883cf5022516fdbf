-- Duties: who may do what in this schema.  Granting one also grants EXECUTE on
-- the functions that belong to it, so that PostgreSQL's own privileges decide.
CREATE TABLE wdd.duty_grant (
    duty           text NOT NULL CHECK (duty IN ('administer', 'officer', 'record_consent', 'break_glass')),
    role           regrole NOT NULL,
    granted_by     name NOT NULL DEFAULT session_user,
    granted_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (duty, role)
);
COMMENT ON TABLE wdd.duty_grant IS 'Which role has which duty; made by wdd.grant_duty()';

-- Grants of purposes ------------------------------------------------------

CREATE FUNCTION wdd.check_role(role regrole) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM wdd.require_value('role', role IS NOT NULL);
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = role) THEN
        RAISE EXCEPTION 'role "%" does not exist', role
            USING ERRCODE = 'undefined_object';
    END IF;
END $$;
COMMENT ON FUNCTION wdd.check_role(regrole) IS 'Raises 22004 or 42704 unless the role exists. Internal.';

-- A second grant replaces the end of the first, as ALTER ROLE ... VALID UNTIL
-- does; that somebody signed is a fact which a grant that is silent about it
-- does not undo.
CREATE FUNCTION wdd.grant_purpose(purpose text, role regrole, valid_until timestamptz DEFAULT NULL,
                                  confidentiality_signed_at timestamptz DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id smallint;
BEGIN
    -- drop_purpose() holds this lock while it looks for grants.  A snapshot that
    -- is older than the drop (REPEATABLE READ) is found out by the row's lock.
    LOCK TABLE wdd.purpose_grant IN ROW EXCLUSIVE MODE;
    id := wdd.purpose_id(purpose);
    PERFORM FROM wdd.purpose p WHERE p.purpose_id = id FOR KEY SHARE;
    PERFORM wdd.check_role(role);
    IF confidentiality_signed_at > clock_timestamp() THEN
        RAISE EXCEPTION 'confidentiality cannot have been signed in the future'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO wdd.purpose_grant AS g (purpose_id, role, valid_until, confidentiality_signed_at)
        VALUES (id, grant_purpose.role, grant_purpose.valid_until, grant_purpose.confidentiality_signed_at)
        ON CONFLICT ON CONSTRAINT purpose_grant_pkey DO UPDATE
            SET valid_until = excluded.valid_until,
                confidentiality_signed_at = coalesce(excluded.confidentiality_signed_at, g.confidentiality_signed_at),
                granted_by = excluded.granted_by,
                granted_at = excluded.granted_at;
END $$;
COMMENT ON FUNCTION wdd.grant_purpose(text, regrole, timestamptz, timestamptz) IS
    'Lets a role, and its members, act for a purpose until valid_until (NULL: without end; it replaces that of an earlier grant). confidentiality_signed_at: when the role''s holder signed the duty of confidence (NULL: unknown, or as an earlier grant says). 42704: no such purpose or role; 22023: signed in the future. Duty administer.';

CREATE FUNCTION wdd.revoke_purpose(purpose text, role regrole) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id smallint := wdd.purpose_id(purpose);
BEGIN
    PERFORM wdd.require_value('role', role IS NOT NULL);
    DELETE FROM wdd.purpose_grant g WHERE g.purpose_id = id AND g.role = revoke_purpose.role;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'purpose "%" is not granted to role %', purpose, role
            USING ERRCODE = 'undefined_object',
                  HINT = 'A role also acts by the grants of the roles that it is a member of.';
    END IF;
END $$;
COMMENT ON FUNCTION wdd.revoke_purpose(text, regrole) IS
    'Takes a purpose from a role. Grants of roles that it is a member of stay. 42704: no such purpose, or not granted. Duty administer.';

-- DROP ROLE does not reach rows of tables: such grants are listed until
-- revoked (a regrole without a role is given by its number), and not dumped.
CREATE FUNCTION wdd.grants_due(within interval DEFAULT '30 days')
RETURNS TABLE (purpose text, role regrole, valid_until timestamptz, confidentiality_signed_at timestamptz, due text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM wdd.require_value('within', within IS NOT NULL);
    IF within < interval '0' THEN
        RAISE EXCEPTION 'argument "within" must not be negative'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY
        SELECT p.name, g.role, g.valid_until, g.confidentiality_signed_at, reason.due
        FROM wdd.purpose_grant g
        JOIN wdd.purpose p USING (purpose_id)
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.role
        CROSS JOIN LATERAL (VALUES
            (1, 'role was dropped', r.oid IS NULL),
            (2, 'ended', g.valid_until <= now()),
            (3, 'ends', g.valid_until > now() AND g.valid_until <= now() + within),
            (4, 'confidentiality not signed', g.confidentiality_signed_at IS NULL)) AS reason (place, due, applies)
        WHERE reason.applies
        ORDER BY reason.place, g.valid_until, p.name, g.role;
END $$;
COMMENT ON FUNCTION wdd.grants_due(interval) IS
    'Grants of purposes to look at, one row per reason: the role was dropped (revoke it by the number shown), the grant ended, it ends within the given time, or no confidentiality was signed. 22023: a negative time. Duty administer.';

-- Duties ------------------------------------------------------------------

-- The one list of what belongs to which duty: install.sql closes these
-- functions to PUBLIC, grant_duty() and revoke_duty() open and close them per
-- role.  All overloads of a name belong together.  wdd.break_glass() is not
-- here: everyone may call it, and it checks the duty itself.
CREATE FUNCTION wdd.duty_functions() RETURNS TABLE (duty text, function regprocedure)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.duty, p.oid::regprocedure
    FROM (VALUES
        ('administer', ARRAY['add_service', 'add_category', 'add_subject_kind', 'add_purpose', 'describe',
                             'drop_service', 'drop_category', 'drop_subject_kind', 'drop_purpose',
                             'install_agreement', 'grant_purpose', 'revoke_purpose', 'grants_due',
                             'grant_duty', 'revoke_duty', 'duty_functions', 'duties', 'overview',
                             'consent_cache_status', 'harden', 'unharden', 'doctor', 'lint',
                             'approve_trigger', 'withdraw_trigger_approval', 'trigger_approvals',
                             'reload_keys', 'key_status', 'rotate_epoch', 'rewrap_keys', 'rotate_tokens', 'retire_epoch',
                             'create_reveal_view', 'refresh_reveal_view', 'complete_reveal_view',
                             'seal_column', 'stop_sealing', 'seal_begin', 'seal_batch', 'seal_prepare', 'seal_finish', 'seal_pages', 'seal_from',
                             'sealing_of', 'file_of', 'type_to_seal', 'note_sealing', 'note_sealed', 'note_sealing_ended']),
        ('officer', ARRAY['overview', 'doctor', 'lint', 'trigger_approvals', 'why', 'permitted', 'consents', 'consent_history', 'grants_due', 'duties']),
        ('record_consent', ARRAY['register_person', 'register_persons',
                                 'grant_consent', 'withdraw_consent', 'object_to'])) AS l (duty, names)
    CROSS JOIN LATERAL unnest(l.names) AS n (name)
    JOIN pg_proc p ON p.proname = n.name
    WHERE p.pronamespace = 'wdd'::regnamespace
$$;
COMMENT ON FUNCTION wdd.duty_functions() IS
    'Which functions a role may call by which duty. Duty administer.';

CREATE FUNCTION wdd.check_duty(duty text) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM wdd.require_value('duty', duty IS NOT NULL);
    IF duty NOT IN ('administer', 'officer', 'record_consent', 'break_glass') THEN
        RAISE EXCEPTION 'duty "%" does not exist', wdd.shown(duty)
            USING ERRCODE = 'undefined_object',
                  HINT = 'A duty is one of administer, officer, record_consent, break_glass.';
    END IF;
END $$;
COMMENT ON FUNCTION wdd.check_duty(text) IS 'Raises 22004 or 42704 unless the duty exists. Internal.';

CREATE FUNCTION wdd.grant_duty(duty text, role regrole) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    function regprocedure;
BEGIN
    PERFORM wdd.check_duty(duty);
    PERFORM wdd.check_role(role);
    INSERT INTO wdd.duty_grant (duty, role)
        VALUES (grant_duty.duty, grant_duty.role)
        ON CONFLICT ON CONSTRAINT duty_grant_pkey DO NOTHING;
    -- also when it was there: an update of the extension brings new functions
    FOR function IN SELECT f.function FROM wdd.duty_functions() f WHERE f.duty = grant_duty.duty LOOP
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s', function, role);
    END LOOP;
END $$;
COMMENT ON FUNCTION wdd.grant_duty(text, regrole) IS
    'Gives a role, and its members, a duty: administer, officer, record_consent or break_glass, with EXECUTE on its functions. 42704: no such duty or role. Duty administer.';

CREATE FUNCTION wdd.revoke_duty(duty text, role regrole) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    function regprocedure;
BEGIN
    PERFORM wdd.check_duty(duty);
    PERFORM wdd.require_value('role', role IS NOT NULL);
    DELETE FROM wdd.duty_grant g WHERE g.duty = revoke_duty.duty AND g.role = revoke_duty.role;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'duty "%" is not granted to role %', duty, role
            USING ERRCODE = 'undefined_object',
                  HINT = 'A role also has the duties of the roles that it is a member of.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = revoke_duty.role) THEN
        RETURN;                 -- dropped, and its privileges with it
    END IF;
    FOR function IN
        SELECT f.function FROM wdd.duty_functions() f WHERE f.duty = revoke_duty.duty
        EXCEPT
        SELECT f.function FROM wdd.duty_functions() f JOIN wdd.duty_grant g USING (duty) WHERE g.role = revoke_duty.role
    LOOP
        EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM %s', function, role);
    END LOOP;
END $$;
COMMENT ON FUNCTION wdd.revoke_duty(text, regrole) IS
    'Takes a duty from a role, and EXECUTE on its functions that no other duty of the role brings. Duties of roles that it is a member of stay. 42704: no such duty, or not granted. Duty administer.';

CREATE FUNCTION wdd.duties() RETURNS TABLE (duty text, role regrole, granted_by name, granted_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT g.duty, g.role, g.granted_by, g.granted_at
    FROM wdd.duty_grant g
    ORDER BY g.duty, g.role::text COLLATE "C"
$$;
COMMENT ON FUNCTION wdd.duties() IS 'Which role has which duty (a role that was dropped shows as its number). Duty administer or officer.';
