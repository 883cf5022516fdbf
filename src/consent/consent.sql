-- Recording what persons say, and showing it.
--
-- Every answer goes through wdd.record_answers(), provision through
-- wdd.record_provision().  Both first lock the persons (rows of wdd.person), in
-- the order of their keys: two transactions that speak of the same person come
-- one after the other, the later one wins in ledger and state alike, and those
-- that speak of many do not wait for each other in a circle.
--
-- A transaction above READ COMMITTED may hold a snapshot in which a committed
-- answer of the person does not exist yet, and would look past it: past the
-- answer for one category, when it records one for every category, or past a
-- withdrawal, when it records provision.  Whoever records such an answer for
-- the first time therefore writes the person's row, not only locks it, and the
-- transaction with the older snapshot fails with 40001 when it comes to lock
-- the person.  Later answers update a row which that transaction sees; there
-- PostgreSQL itself raises 40001.

CREATE FUNCTION wdd.lock_persons(kind smallint, keys anyarray) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    key_column name := wdd.key_column(keys);
    known bigint;
    rounds integer := 0;
BEGIN
    LOOP
        rounds := rounds + 1;
        EXECUTE format($sql$
            WITH locked AS MATERIALIZED (
                SELECT FROM unnest($2) AS k (key) JOIN wdd.person p ON p.kind_id = $1 AND p.%I = k.key
                ORDER BY k.key FOR NO KEY UPDATE OF p)
            SELECT count(*) FROM locked
            $sql$, key_column) INTO known USING kind, keys;
        EXIT WHEN known >= cardinality(keys);
        -- The others are new.  Those that somebody else is inserting are waited
        -- for, and locked in another round.
        EXIT WHEN known + wdd.add_persons(kind, keys) >= cardinality(keys);
    END LOOP;
    RETURN known > 0 OR rounds > 1;
END $$;
COMMENT ON FUNCTION wdd.lock_persons(smallint, anyarray) IS
    'Registers and locks persons who are about to answer; returns false if all were new. See the head of consent.sql. Internal.';

CREATE FUNCTION wdd.write_persons(kind smallint, keys anyarray, purposes smallint[], category smallint) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    EXECUTE format($sql$
        UPDATE wdd.person p SET state = p.state
        FROM unnest($2) AS k (key)
        WHERE p.kind_id = $1 AND p.%1$I = k.key
          AND p.xmin <> pg_current_xact_id()::xid       -- else nobody has seen it
          AND EXISTS (SELECT FROM unnest($3) AS w (purpose)
                      WHERE NOT EXISTS (SELECT FROM wdd.consent_state s
                                        WHERE s.purpose_id = w.purpose AND s.category_id = $4
                                          AND s.kind_id = $1 AND s.%1$I = p.%1$I))
        $sql$, wdd.key_column(keys)) USING kind, keys, purposes, category;
END $$;
COMMENT ON FUNCTION wdd.write_persons(smallint, anyarray, smallint[], smallint) IS
    'Writes the rows of locked persons who answer for the first time; see the head of consent.sql. Internal.';

-- The purpose a person speaks of, if it is one that the answer can change.
-- Returns the action as the ledger names it: saying no to a purpose is a
-- withdrawal where it rests on consent, an objection where it rests on
-- legitimate interest, whichever function says it.
CREATE FUNCTION wdd.check_answer(action text, purpose text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    basis text;
    refusable boolean;
BEGIN
    SELECT p.basis, p.refusable INTO basis, refusable
    FROM wdd.purpose p WHERE p.purpose_id = wdd.purpose_id(purpose);
    IF NOT refusable THEN
        RAISE EXCEPTION 'purpose "%" does not depend on what the person says', purpose
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = CASE basis WHEN 'built_in' THEN 'It is built in.'
                           ELSE format('Its basis is %s.', basis) END,
                  HINT = 'Only purposes on basis consent or legitimate_interest can be granted, withdrawn or objected to.';
    END IF;
    RETURN CASE WHEN action = 'grant' THEN 'grant'
                WHEN basis = 'consent' THEN 'withdraw'
                ELSE 'object' END;
END $$;
COMMENT ON FUNCTION wdd.check_answer(text, text) IS
    'Raises 42704 or 22023 unless persons may answer to the purpose; returns the action that the ledger records. Internal.';

CREATE FUNCTION wdd.record_answers(action text, keys anyarray, purpose text, category text, subject_kind text,
                                   policy_version text, evidence jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    ledger_action text := wdd.check_answer(action, purpose);
    the_purpose smallint := wdd.purpose_id(purpose);
    the_category smallint := CASE WHEN category IS NULL THEN 0 ELSE wdd.category_id(category) END;
    kind smallint := wdd.subject_kind_id(subject_kind);
    key_column name := wdd.key_column(keys);
    answers bigint;
BEGIN
    IF policy_version = '' OR octet_length(policy_version) > 255 THEN
        RAISE EXCEPTION 'policy version must have 1 to 255 bytes'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Neither may be dropped before this commits.  The ledger has no foreign
    -- keys: their checks, a row at a time, double the cost of many answers.
    PERFORM FROM wdd.purpose p WHERE p.purpose_id = the_purpose FOR KEY SHARE;
    PERFORM FROM wdd.category c WHERE c.category_id = the_category FOR KEY SHARE;
    keys := wdd.checked_keys(keys);
    IF wdd.lock_persons(kind, keys) AND (the_category <> 0 OR ledger_action = 'withdraw') THEN
        PERFORM wdd.write_persons(kind, keys, ARRAY[the_purpose], the_category);
    END IF;
    EXECUTE format($sql$
        WITH answer AS (
            INSERT INTO wdd.consent_state (purpose_id, category_id, kind_id, %1$I, permitted, event_id, person_id, changed_xid)
            SELECT $1, $2, $3, p.%1$I, $4, nextval('wdd.consent_event_event_id_seq'), p.person_id, pg_current_xact_id()
            FROM unnest($5) AS k (key) JOIN wdd.person p ON p.kind_id = $3 AND p.%1$I = k.key
            ORDER BY k.key
            ON CONFLICT (purpose_id, kind_id, %1$I, category_id) WHERE %1$I IS NOT NULL DO UPDATE
                SET permitted = excluded.permitted, event_id = excluded.event_id, changed_xid = excluded.changed_xid
            RETURNING event_id, person_id)
        INSERT INTO wdd.consent_event (event_id, person_id, purpose_id, category_id, action,
                                       recorded_at, recorded_by, recorded_as, policy_version, evidence)
        SELECT event_id, person_id, $1, $2, $6, clock_timestamp(), session_user, nullif(current_setting('role'), 'none'), $7, $8
        FROM answer
        $sql$, key_column)
        USING the_purpose, the_category, kind, action = 'grant', keys, ledger_action, policy_version, evidence;
    GET DIAGNOSTICS answers = ROW_COUNT;
    IF the_category = 0 THEN
        -- One index look-up a person, whatever the statistics say or do not say
        -- yet: OFFSET 0 keeps it from being joined otherwise.
        EXECUTE format($sql$
            UPDATE wdd.consent_state s
            SET permitted = every.permitted, event_id = every.event_id, changed_xid = pg_current_xact_id()
            FROM unnest($3) AS k (key)
            CROSS JOIN LATERAL (
                SELECT c.ctid AS place, c.%1$I AS key FROM wdd.consent_state c
                WHERE c.purpose_id = $1 AND c.kind_id = $2 AND c.%1$I = k.key AND c.category_id > 0
                OFFSET 0) AS single
            CROSS JOIN LATERAL (
                SELECT c.permitted, c.event_id FROM wdd.consent_state c
                WHERE c.purpose_id = $1 AND c.kind_id = $2 AND c.%1$I = single.key AND c.category_id = 0
                OFFSET 0) AS every
            WHERE s.ctid = single.place
            $sql$, key_column) USING the_purpose, kind, keys;
    END IF;
    RETURN answers;
END $$;
COMMENT ON FUNCTION wdd.record_answers(text, anyarray, text, text, text, text, jsonb) IS
    'Records that persons grant, withdraw or object, in ledger and state; returns how many persons. Internal.';

DO $do$
DECLARE
    answer record;
    key_type text;
BEGIN
    FOR answer IN VALUES
        ('grant_consent', 'grant',
         'Records that a person agrees to a purpose on basis consent, or takes an objection to one on basis legitimate_interest back'),
        ('withdraw_consent', 'withdraw',
         'Records that a person no longer agrees to a purpose on basis consent; to one on basis legitimate_interest it is recorded as an objection'),
        ('object_to', 'object',
         'Records that a person objects to a purpose on basis legitimate_interest; to one on basis consent it is recorded as a withdrawal')
    LOOP
        FOREACH key_type IN ARRAY ARRAY['bigint', 'uuid', 'text'] LOOP
            EXECUTE format($sql$
                CREATE FUNCTION wdd.%1$I(subject %2$s, purpose text, category text DEFAULT NULL,
                                         subject_kind text DEFAULT 'account',
                                         policy_version text DEFAULT NULL, evidence jsonb DEFAULT NULL) RETURNS void
                LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
                BEGIN
                    PERFORM wdd.record_answers(%3$L, ARRAY[subject], purpose, category, subject_kind,
                                               policy_version, evidence);
                END $$;
                CREATE FUNCTION wdd.%1$I(subjects %2$s[], purpose text, category text DEFAULT NULL,
                                         subject_kind text DEFAULT 'account',
                                         policy_version text DEFAULT NULL, evidence jsonb DEFAULT NULL) RETURNS bigint
                LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
                BEGIN
                    RETURN wdd.record_answers(%3$L, subjects, purpose, category, subject_kind,
                                              policy_version, evidence);
                END $$;
                $sql$, answer.column1, key_type, answer.column2);
            EXECUTE format('COMMENT ON FUNCTION wdd.%I(%s, text, text, text, text, jsonb) IS %L',
                answer.column1, key_type, answer.column3 ||
                '. category NULL: for every category, those answered to before included. A person not registered yet is registered. 22004: a null; 42704: no such purpose, category or subject kind; 22023: the purpose does not depend on what persons say, or a bad subject or policy version. Duty record_consent.');
            EXECUTE format('COMMENT ON FUNCTION wdd.%I(%s[], text, text, text, text, jsonb) IS %L',
                answer.column1, key_type,
                'The same for many persons at once; returns how many persons they are. On an error nothing is recorded. Duty record_consent.');
        END LOOP;
    END LOOP;
END $do$;

-- consent_by=provision: storing the value is the consent, to purposes that need
-- one, of persons who have not said anything about it.  Called by the guard, as
-- the owner of this schema, with ids that it took from the label.
CREATE FUNCTION wdd.record_provision(kind smallint, purposes smallint[], category smallint, keys anyarray) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key_column name := wdd.key_column(keys);
    unasked text;
    consents bigint;
BEGIN
    PERFORM wdd.require_value('kind', kind IS NOT NULL);
    PERFORM wdd.require_value('purposes', purposes IS NOT NULL AND array_position(purposes, NULL) IS NULL);
    PERFORM wdd.require_value('category', category IS NOT NULL);
    IF category <= 0 THEN
        RAISE EXCEPTION 'providing a value is no consent for every category'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Name a category on the label that says consent_by=provision.';
    END IF;
    purposes := ARRAY(SELECT p.purpose_id FROM wdd.purpose p
                      WHERE p.purpose_id = ANY (purposes) AND p.basis = 'consent'
                      ORDER BY p.purpose_id);
    keys := wdd.checked_keys(keys);
    unasked := format($sql$
        FROM unnest($3) AS k (key) CROSS JOIN unnest($2) AS w (purpose)
        WHERE NOT EXISTS (SELECT FROM wdd.consent_state s
                          WHERE s.purpose_id = w.purpose AND s.kind_id = $1 AND s.%I = k.key
                            AND s.category_id IN (0, $4))
        $sql$, key_column);
    EXECUTE 'SELECT array_agg(DISTINCT k.key ORDER BY k.key) ' || unasked
        INTO keys USING kind, purposes, keys, category;
    IF keys IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM FROM wdd.purpose p WHERE p.purpose_id = ANY (purposes) FOR KEY SHARE;
    PERFORM FROM wdd.category c WHERE c.category_id = category FOR KEY SHARE;
    IF wdd.lock_persons(kind, keys) THEN
        PERFORM wdd.write_persons(kind, keys, purposes, category);
    END IF;
    EXECUTE format($sql$
        WITH consent AS (
            INSERT INTO wdd.consent_state (purpose_id, category_id, kind_id, %1$I, permitted, event_id, person_id, changed_xid)
            SELECT u.purpose, $4, $1, u.key, true, nextval('wdd.consent_event_event_id_seq'), p.person_id, pg_current_xact_id()
            FROM (SELECT k.key, w.purpose %2$s) AS u
            JOIN wdd.person p ON p.kind_id = $1 AND p.%1$I = u.key
            ORDER BY u.key, u.purpose
            RETURNING purpose_id, event_id, person_id)
        INSERT INTO wdd.consent_event (event_id, person_id, purpose_id, category_id, action,
                                       recorded_at, recorded_by, recorded_as, evidence)
        SELECT event_id, person_id, purpose_id, $4, 'grant', clock_timestamp(), session_user, nullif(current_setting('role'), 'none'),
               '{"provision": true}'
        FROM consent
        $sql$, key_column, unasked) USING kind, purposes, keys, category;
    GET DIAGNOSTICS consents = ROW_COUNT;
    RETURN consents;
END $$;
REVOKE EXECUTE ON FUNCTION wdd.record_provision(smallint, smallint[], smallint, anyarray) FROM PUBLIC;
COMMENT ON FUNCTION wdd.record_provision(smallint, smallint[], smallint, anyarray) IS
    'Records that persons, by providing a value of a category, agree to those of the purposes that rest on consent and that they never answered to, for this category or for every one. Returns the number of consents. 22004: a null; 22023: no category, or a bad subject. For the guard alone.';

-- What is known of a person -----------------------------------------------

CREATE INDEX consent_event_person ON wdd.consent_event (person_id);

-- The current answers: a row per purpose for every category, and one more per
-- category that the person answered to by itself.
CREATE FUNCTION wdd.current_answers(keys anyarray, subject_kind text)
RETURNS TABLE (purpose text, category text, basis text, permitted boolean, since timestamptz, action text,
               policy_version text, recorded_by name, recorded_as name, evidence jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    kind smallint := wdd.subject_kind_id(subject_kind);
BEGIN
    keys := wdd.checked_keys(keys);
    IF pg_typeof(keys) = 'text[]'::regtype THEN
        PERFORM wdd.check_new_text_keys(kind, keys::text[]);
    END IF;
    RETURN QUERY EXECUTE format($sql$
        WITH said AS (SELECT * FROM wdd.consent_state s WHERE s.kind_id = $1 AND s.%1$I = $2[1]
                                                         AND s.purpose_id = ANY (ARRAY(SELECT purpose_id FROM wdd.purpose)))
        SELECT p.name, c.name, p.basis, coalesce(s.permitted, p.silence_permits), e.recorded_at, e.action,
               e.policy_version, e.recorded_by, e.recorded_as, e.evidence
        FROM wdd.purpose p
        CROSS JOIN LATERAL (SELECT 0::smallint UNION SELECT category_id FROM said WHERE said.purpose_id = p.purpose_id) AS a (category_id)
        LEFT JOIN said s ON s.purpose_id = p.purpose_id AND s.category_id = a.category_id
        LEFT JOIN wdd.consent_event e ON e.event_id = s.event_id
        LEFT JOIN wdd.category c ON c.category_id = a.category_id
        WHERE NOT p.built_in
        ORDER BY p.purpose_id, a.category_id
        $sql$, wdd.key_column(keys)) USING kind, keys;
END $$;
COMMENT ON FUNCTION wdd.current_answers(anyarray, text) IS 'wdd.consents() for an array of one key. Internal.';

CREATE FUNCTION wdd.past_answers(keys anyarray, subject_kind text)
RETURNS TABLE (event_id bigint, recorded_at timestamptz, purpose text, category text, action text,
               policy_version text, recorded_by name, recorded_as name, evidence jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    kind smallint := wdd.subject_kind_id(subject_kind);
BEGIN
    keys := wdd.checked_keys(keys);
    IF pg_typeof(keys) = 'text[]'::regtype THEN
        PERFORM wdd.check_new_text_keys(kind, keys::text[]);
    END IF;
    RETURN QUERY EXECUTE format($sql$
        SELECT e.event_id, e.recorded_at, p.name, c.name, e.action, e.policy_version, e.recorded_by, e.recorded_as, e.evidence
        FROM wdd.person n
        JOIN wdd.consent_event e USING (person_id)
        JOIN wdd.purpose p USING (purpose_id)
        LEFT JOIN wdd.category c USING (category_id)
        WHERE n.kind_id = $1 AND n.%I = $2[1]
        ORDER BY e.event_id
        $sql$, wdd.key_column(keys)) USING kind, keys;
END $$;
COMMENT ON FUNCTION wdd.past_answers(anyarray, text) IS 'wdd.consent_history() for an array of one key. Internal.';

DO $do$
DECLARE
    key_type text;
BEGIN
    FOREACH key_type IN ARRAY ARRAY['bigint', 'uuid', 'text'] LOOP
        EXECUTE format($sql$
            CREATE FUNCTION wdd.consents(subject %1$s, subject_kind text DEFAULT 'account')
            RETURNS TABLE (purpose text, category text, basis text, permitted boolean, since timestamptz, action text,
                           policy_version text, recorded_by name, recorded_as name, evidence jsonb)
            LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            BEGIN
                RETURN QUERY SELECT * FROM wdd.current_answers(ARRAY[subject], subject_kind);
            END $$;
            COMMENT ON FUNCTION wdd.consents(%1$s, text) IS
                'What a person permits now: per purpose a row for every category (category NULL), and one per category that the person answered to by itself. action NULL: the person never said anything, and the basis decides. since: when it was recorded; recorded_as: the role of SET ROLE, NULL when none. 22004: a null; 42704: no such subject kind; 22023: a bad subject. Duty officer.';

            CREATE FUNCTION wdd.consent_history(subject %1$s, subject_kind text DEFAULT 'account')
            RETURNS TABLE (event_id bigint, recorded_at timestamptz, purpose text, category text, action text,
                           policy_version text, recorded_by name, recorded_as name, evidence jsonb)
            LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            BEGIN
                RETURN QUERY SELECT * FROM wdd.past_answers(ARRAY[subject], subject_kind);
            END $$;
            COMMENT ON FUNCTION wdd.consent_history(%1$s, text) IS
                'All that a person ever said, in order; category NULL: for every category. Errors as wdd.consents(). Duty officer.';
            $sql$, key_type);
    END LOOP;
END $do$;
