-- wdd.doctor(), first part: is the library where it has to be, is the server's
-- own row security sound, what goes to its log.

CREATE FUNCTION wdd.lists_library(libraries text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN coalesce(libraries ~ '(^|,)\s*("?)([^",]*/)?wdd_privacy(\.so)?\2\s*(,|$)', false);
REVOKE EXECUTE ON FUNCTION wdd.lists_library(text) FROM PUBLIC;
COMMENT ON FUNCTION wdd.lists_library(text) IS 'Is the library an entry of such a list of libraries? Internal';

-- What stands in pg_db_role_setting for this database, one row per setting.
CREATE FUNCTION wdd.stored_settings()
RETURNS TABLE (object text, command text, of_role boolean, name text, value text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(' in ', 'role ' || quote_ident(r.rolname), 'database ' || quote_ident(d.datname)),
           CASE WHEN s.setrole = 0 THEN format('ALTER DATABASE %I', d.datname)
                ELSE concat_ws(' ', format('ALTER ROLE %I', r.rolname), 'IN DATABASE ' || quote_ident(d.datname)) END,
           s.setrole <> 0, split_part(c.setting, '=', 1), substr(c.setting, strpos(c.setting, '=') + 1)
    FROM pg_db_role_setting s
    CROSS JOIN LATERAL unnest(s.setconfig) AS c (setting)
    LEFT JOIN pg_roles r ON r.oid = s.setrole
    LEFT JOIN pg_database d ON d.oid = s.setdatabase
    WHERE s.setdatabase = 0 OR d.datname = current_database()
$$;
REVOKE EXECUTE ON FUNCTION wdd.stored_settings() FROM PUBLIC;
COMMENT ON FUNCTION wdd.stored_settings() IS 'ALTER ROLE ... SET and ALTER DATABASE ... SET that reach this database. Internal';

CREATE FUNCTION wdd.findings_loading() RETURNS SETOF wdd.finding
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    preloaded CONSTANT text := current_setting('shared_preload_libraries');
    version   CONSTANT text := (SELECT e.extversion FROM pg_extension e WHERE e.extname = 'wdd_privacy');
BEGIN
    IF version IS DISTINCT FROM wdd.library_version() THEN
        RETURN NEXT ROW('critical', 'extension wdd_privacy',
            format('its SQL is of version %s, the loaded library of version %s', version, wdd.library_version()),
            'ALTER EXTENSION wdd_privacy UPDATE; if it is up to date, restart the server')::wdd.finding;
    END IF;
    IF wdd.lists_library(preloaded) THEN
        RETURN QUERY
            SELECT 'notice', 'library ' || btrim(l.name, ' "'),
                   CASE btrim(l.name, ' "') WHEN 'pg_stat_statements' THEN 'it is loaded after wdd_privacy, and keeps the text of utility statements on protected data'
                       ELSE 'it is loaded after wdd_privacy, sees statements first, and has not been tried together with it' END,
                   'put wdd_privacy last in shared_preload_libraries'
            FROM string_to_table(substr(preloaded, strpos(preloaded, 'wdd_privacy')), ',') WITH ORDINALITY AS l (name, place)
            WHERE l.place > 1
              AND btrim(l.name, ' "') NOT IN ('auto_explain', 'pgaudit', 'pg_cron', 'hypopg', 'postgres_fdw',
                                              'auth_delay', 'passwordcheck', 'pg_prewarm', 'basic_archive');
        RETURN;
    END IF;
    RETURN NEXT ROW('critical', 'server',
        'the library is not in shared_preload_libraries: background workers, and sessions whose role has a session_preload_libraries of its own, run without it',
        'shared_preload_libraries = ''wdd_privacy'' in postgresql.conf, and a restart')::wdd.finding;
    IF NOT EXISTS (SELECT FROM wdd.stored_settings() s
                   WHERE s.name = 'session_preload_libraries' AND NOT s.of_role AND wdd.lists_library(s.value))
       AND NOT EXISTS (SELECT FROM pg_file_settings f
                       WHERE f.name = 'session_preload_libraries' AND f.applied AND wdd.lists_library(f.setting)) THEN
        RETURN NEXT ROW('critical', 'database ' || quote_ident(current_database()),
            'nothing loads the library into its sessions',
            format('ALTER DATABASE %I SET session_preload_libraries = ''wdd_privacy''', current_database()))::wdd.finding;
    END IF;
    RETURN QUERY
        SELECT 'critical', s.object, 'its session_preload_libraries does not list the library, and hides what does: its sessions run without it',
               s.command || ' RESET session_preload_libraries'
        FROM wdd.stored_settings() s
        WHERE s.name = 'session_preload_libraries' AND NOT wdd.lists_library(s.value);
    RETURN QUERY
        SELECT 'critical', 'session ' || a.pid,
               format('it began before the extension was installed, and runs without the library (role %s)', a.usename),
               format('SELECT pg_terminate_backend(%s)', a.pid)
        FROM pg_stat_activity a
        WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
          AND a.backend_type = 'client backend'
          AND a.backend_start < (SELECT min(i.installed_at) FROM wdd.installation i)
        ORDER BY a.pid;
END $$;
REVOKE EXECUTE ON FUNCTION wdd.findings_loading() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_loading() IS 'Findings of wdd.doctor() about how the library is loaded. Internal';

-- Which minor release of each major one closed which hole in row security, or in
-- what the planner tells of hidden rows.
CREATE FUNCTION wdd.least_server_version(major integer) RETURNS TABLE (minor integer, fixes text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT v.minor, v.fixes
    FROM (VALUES
        (15, 14, 'CVE-2025-8713 (statistics of hidden rows)'), (15, 19, 'CVE-2026-14666 (plans kept after a change of roles)'),
        (16, 10, 'CVE-2025-8713 (statistics of hidden rows)'), (16, 15, 'CVE-2026-14666 (plans kept after a change of roles)'),
        (17, 6, 'CVE-2025-8713 (statistics of hidden rows)'), (17, 11, 'CVE-2026-14666 (plans kept after a change of roles)'),
        (18, 6, 'CVE-2026-14666 (plans kept after a change of roles)')) AS v (major, minor, fixes)
    WHERE v.major = least_server_version.major
    ORDER BY v.minor
$$;
REVOKE EXECUTE ON FUNCTION wdd.least_server_version(integer) FROM PUBLIC;
COMMENT ON FUNCTION wdd.least_server_version(integer) IS 'Minor releases that fixed row security, and what; no row: none known. Internal';

-- NULL: the value is harmless.
CREATE FUNCTION wdd.setting_risk(name text, value text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE
    WHEN name = 'wdd_privacy.redact' AND value IN ('off', 'false', 'no', '0')
        THEN 'texts and values of statements on protected data go to the server log and to pg_stat_activity'
    WHEN name IN ('log_min_duration_statement', 'log_min_duration_sample', 'auto_explain.log_min_duration') AND value !~ '^-'
      OR name = 'log_transaction_sample_rate' AND value !~ '^0*\.?0*$'
      OR name = 'log_statement' AND value IN ('mod', 'all')
        THEN 'statements go to the server log, with the values that stand in them'
    WHEN name IN ('debug_print_parse', 'debug_print_rewritten', 'debug_print_plan') AND value IN ('on', 'true', 'yes', '1')
        THEN 'query trees go to the server log, with the values that stand in them'
    WHEN name = 'log_parameter_max_length_on_error' AND value !~ '^0'
        THEN 'parameters of statements that fail go to the server log'
    WHEN name = 'session_replication_role' AND value <> 'origin'
        THEN 'triggers, also those of foreign keys, do not fire'
    WHEN name = 'allow_system_table_mods' AND value IN ('on', 'true', 'yes', '1')
        THEN 'system catalogs, and so labels, may be altered past the commands for it'
    WHEN name = 'row_security' AND value IN ('off', 'false', 'no', '0')
        THEN 'queries of hardened tables are refused'
END;
REVOKE EXECUTE ON FUNCTION wdd.setting_risk(text, text) FROM PUBLIC;
COMMENT ON FUNCTION wdd.setting_risk(text, text) IS 'What a value of a setting exposes; NULL: nothing. Internal';

CREATE FUNCTION wdd.findings_settings() RETURNS SETOF wdd.finding
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number   CONSTANT integer := current_setting('server_version_num')::integer;
    -- what is written to the log is harmless while no session writes values
    harmless CONSTANT text := CASE WHEN NOT EXISTS (SELECT FROM wdd.stored_settings() s WHERE wdd.setting_risk(s.name, s.value) LIKE 'texts and values%')
        AND coalesce((SELECT wdd.setting_risk(f.name, f.setting) FROM pg_file_settings f
                      WHERE f.name = 'wdd_privacy.redact' AND f.applied ORDER BY f.seqno DESC LIMIT 1), '') = ''
        THEN '^(log_|debug_print|auto_explain[.])' ELSE '^$' END;
BEGIN
    RETURN QUERY
        SELECT 'warning', 'server', format('release %s.%s lacks fixes of row security: %s', number / 10000, number % 10000, v.fixes),
               format('install %s.%s or later', number / 10000, v.minor)
        FROM wdd.least_server_version(number / 10000) v
        WHERE number % 10000 < v.minor;
    -- the value that new sessions get; that of a role or database is told apart
    RETURN QUERY
        SELECT CASE s.name WHEN 'row_security' THEN 'notice' ELSE 'warning' END, 'setting ' || s.name, wdd.setting_risk(s.name, s.boot),
               'reset it, or keep the log as close as the data'
        FROM (SELECT g.name, coalesce((SELECT f.setting FROM pg_file_settings f WHERE f.name = g.name AND f.applied ORDER BY f.seqno DESC LIMIT 1),
                                      g.boot_val) AS boot
              FROM pg_settings g) AS s
        WHERE wdd.setting_risk(s.name, s.boot) IS NOT NULL AND s.name !~ harmless
        UNION ALL
        SELECT CASE s.name WHEN 'row_security' THEN 'notice' ELSE 'warning' END, 'setting ' || s.name || ' of ' || s.object, wdd.setting_risk(s.name, s.value),
               s.command || ' RESET ' || s.name
        FROM wdd.stored_settings() s
        WHERE wdd.setting_risk(s.name, s.value) IS NOT NULL AND s.name !~ harmless;
    IF current_setting('wdd_privacy.require_tls') = 'off'
       AND EXISTS (SELECT FROM string_to_table(current_setting('listen_addresses'), ',') AS a (address)
                   WHERE btrim(a.address) NOT IN ('', 'localhost', '127.0.0.1', '::1')) THEN
        RETURN NEXT ROW('notice', 'setting wdd_privacy.require_tls', 'the server listens to other hosts, and labelled columns may travel unencrypted',
            'wdd_privacy.require_tls = on, with ssl = on')::wdd.finding;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION wdd.findings_settings() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_settings() IS 'Findings of wdd.doctor() about the server''s release and settings. Internal';
