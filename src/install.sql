-- The last piece: who may touch what was made, what pg_dump takes along, and
-- how the library gets into the sessions of this database.

REVOKE ALL ON ALL TABLES IN SCHEMA wdd FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA wdd FROM PUBLIC;

-- Functions that belong to a duty are for who has the duty.
DO $$
DECLARE
    function regprocedure;
BEGIN
    FOR function IN SELECT DISTINCT f.function FROM wdd.duty_functions() f LOOP
        EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', function);
    END LOOP;
END $$;

-- Functions that only others of this schema call.
REVOKE ALL ON FUNCTION
    wdd.shown(text), wdd.require_value(text, boolean), wdd.check_name(text, text),
    wdd.purpose_id(text), wdd.category_id(text), wdd.subject_kind_id(text), wdd.service_id(text),
    wdd.basis(text), wdd.next_id(regclass, name, integer), wdd.raise_duplicate(text, text),
    wdd.check_purpose(text, text, boolean, boolean, integer, boolean),
    wdd.raise_in_use(text, text, text, text), wdd.label_that_names(text, text),
    wdd.check_role(regrole), wdd.check_duty(text),
    wdd.trigger_fingerprint(oid), wdd.trigger_built_in(oid), wdd.check_trigger_path(regprocedure), wdd.labelled_tree(),
    wdd.key_column(anyarray), wdd.checked_keys(anyarray), wdd.check_new_text_keys(smallint, text[]),
    wdd.add_persons(smallint, anyarray), wdd.register_one(anyarray, text),
    wdd.lock_persons(smallint, anyarray),
    wdd.write_persons(smallint, anyarray, smallint[], smallint), wdd.check_answer(text, text),
    wdd.record_answers(text, anyarray, text, text, text, text, jsonb),
    wdd.record_provision(smallint, smallint[], smallint, anyarray),
    wdd.current_answers(anyarray, text), wdd.past_answers(anyarray, text)
    FROM PUBLIC;

-- What a DBA configures, the registry, the ledger and the consents are dumped
-- and restored; rows that this script makes are not.  Grants to a role that was
-- dropped stay behind: its number may be another role's where the dump goes.
SELECT pg_catalog.pg_extension_config_dump('wdd.service', '');
SELECT pg_catalog.pg_extension_config_dump('wdd.subject_kind', 'WHERE NOT built_in');
SELECT pg_catalog.pg_extension_config_dump('wdd.category', '');
SELECT pg_catalog.pg_extension_config_dump('wdd.purpose', 'WHERE NOT built_in');
SELECT pg_catalog.pg_extension_config_dump('wdd.purpose_grant',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = role)');
SELECT pg_catalog.pg_extension_config_dump('wdd.duty_grant',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = role)');
SELECT pg_catalog.pg_extension_config_dump('wdd.trigger_approval',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = relation)');
SELECT pg_catalog.pg_extension_config_dump('wdd.person', '');
SELECT pg_catalog.pg_extension_config_dump('wdd.consent_event', '');
SELECT pg_catalog.pg_extension_config_dump('wdd.consent_event_event_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('wdd.consent_state', '');
SELECT pg_catalog.pg_extension_config_dump('wdd.key_epoch', '');
SELECT pg_catalog.pg_extension_config_dump('wdd.token_domain', '');
SELECT pg_catalog.pg_extension_config_dump('wdd.data_key', '');

-- Without shared_preload_libraries, sessions of this database load the library
-- by the database's session_preload_libraries.  A setting of the database hides
-- the server's, so the server's entries are taken over.  FROM CURRENT stores the
-- list as it is spelled, whatever its quoting.
DO $$
DECLARE
    -- an entry of a list, quoted or not, with or without directory and suffix
    is_ours CONSTANT text := '(^|,)\s*("?)([^",]*/)?wdd_privacy(\.so)?\2\s*(,|$)';
    entries text;
BEGIN
    IF current_setting('shared_preload_libraries') ~ is_ours THEN
        RETURN;
    END IF;
    SELECT substr(c.setting, length('session_preload_libraries=') + 1) INTO entries
    FROM pg_db_role_setting s
    CROSS JOIN LATERAL unnest(s.setconfig) AS c (setting)
    WHERE s.setdatabase = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
      AND s.setrole = 0 AND c.setting LIKE 'session\_preload\_libraries=%';
    IF NOT FOUND THEN
        SELECT f.setting INTO entries
        FROM pg_file_settings f
        WHERE f.name = 'session_preload_libraries' AND f.applied
        ORDER BY f.seqno DESC LIMIT 1;
    END IF;
    IF entries ~ is_ours THEN
        RETURN;
    END IF;
    PERFORM set_config('session_preload_libraries', concat_ws(', ', nullif(btrim(entries), ''), 'wdd_privacy'), true);
    EXECUTE format('ALTER DATABASE %I SET session_preload_libraries FROM CURRENT', current_database());
END $$;
