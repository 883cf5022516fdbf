-- wdd.doctor(), third part: who and what goes around the guard, and whether the
-- extension's own objects are as they were made.

CREATE FUNCTION wdd.findings_roles() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    -- the role that initdb made is a superuser in every server
    SELECT 'warning', format('role %I', r.rolname), 'a superuser that may log in: it can switch the guard off', format('ALTER ROLE %I NOSUPERUSER', r.rolname)
    FROM pg_roles r WHERE r.rolsuper AND r.rolcanlogin AND r.oid <> 10
    UNION ALL
    SELECT 'warning', format('role %I', r.rolname), 'it may copy the whole server by physical replication', format('ALTER ROLE %I NOREPLICATION', r.rolname)
    FROM pg_roles r WHERE r.rolreplication AND NOT r.rolsuper
    UNION ALL
    SELECT 'warning', format('role %I', r.rolname),
           'CREATEROLE: on this release it may make itself a member of any role but superusers, those with purposes and duties included',
           format('ALTER ROLE %I NOCREATEROLE', r.rolname)
    FROM pg_roles r WHERE r.rolcreaterole AND NOT r.rolsuper AND current_setting('server_version_num')::integer < 160000
    UNION ALL
    SELECT g.severity, format('role %I', m.rolname), format('a member of %s: %s', g.role, g.finding), format('REVOKE %I FROM %I', g.role, m.rolname)
    FROM (VALUES
        ('critical', 'pg_write_all_data', 'it may write the tables of schema wdd, and so give itself purposes and consents'),
        ('critical', 'pg_execute_server_program', 'it may run programs that read the server''s files'),
        ('critical', 'pg_write_server_files', 'it may replace the server''s files'),
        ('warning', 'pg_read_server_files', 'it may read the server''s files'),
        ('warning', 'pg_read_all_data', 'it may read the registry of persons and their consents in schema wdd'),
        ('notice', 'pg_read_all_stats', 'it sees the statements of all sessions, with the values in them'),
        ('notice', 'pg_monitor', 'it sees the statements of all sessions, with the values in them')) AS g (severity, role, finding)
    JOIN pg_roles p ON p.rolname = g.role
    JOIN pg_auth_members a ON a.roleid = p.oid
    JOIN pg_roles m ON m.oid = a.member AND m.rolname !~ '^pg_' AND NOT m.rolsuper
    ORDER BY 2, 3
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_roles() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_roles() IS 'Findings of wdd.doctor() about roles. Internal';

CREATE FUNCTION wdd.findings_grants() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'warning', format('grant of purpose %s to %s', p.name, g.role), 'the role was dropped: another role may get its number',
           format('SELECT wdd.revoke_purpose(%L, %L)', p.name, g.role)
    FROM wdd.purpose_grant g JOIN wdd.purpose p USING (purpose_id)
    WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = g.role)
    UNION ALL
    SELECT 'warning', format('duty %s of %s', d.duty, d.role), 'the role was dropped: another role may get its number',
           format('SELECT wdd.revoke_duty(%L, %L)', d.duty, d.role)
    FROM wdd.duty_grant d
    WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = d.role)
    UNION ALL
    SELECT 'notice', format('grant of purpose %s to %s', p.name, g.role), 'it ended on ' || to_char(g.valid_until, 'YYYY-MM-DD'),
           format('SELECT wdd.revoke_purpose(%L, %L), or grant it anew', p.name, g.role::text)
    FROM wdd.purpose_grant g JOIN wdd.purpose p USING (purpose_id)
    WHERE g.valid_until <= now() AND EXISTS (SELECT FROM pg_roles r WHERE r.oid = g.role)
    UNION ALL
    -- what was written or restored past the functions of the schema
    SELECT 'warning', format('grant of purpose %s to %s', g.purpose_id, g.role), 'there is no purpose of this number',
           format('DELETE FROM wdd.purpose_grant WHERE purpose_id = %s, as a superuser', g.purpose_id)
    FROM wdd.purpose_grant g
    WHERE NOT EXISTS (SELECT FROM wdd.purpose p WHERE p.purpose_id = g.purpose_id)
    UNION ALL
    SELECT 'notice', format('purpose %s', p.name), format('there is no service %s, to which it belongs', r.service_id),
           format('UPDATE wdd.purpose SET %I = NULL WHERE name = %L, as a superuser', r.at, p.name)
    FROM wdd.purpose p
    CROSS JOIN LATERAL (VALUES ('service_id', p.service_id), ('from_service_id', p.from_service_id)) AS r (at, service_id)
    WHERE NOT EXISTS (SELECT FROM wdd.service s WHERE s.service_id = r.service_id) AND r.service_id IS NOT NULL
    UNION ALL
    SELECT 'notice', format('service %s', c.name), format('there is no service %s, below which it is', c.parent_id),
           format('UPDATE wdd.service SET parent_id = NULL WHERE name = %L, as a superuser', c.name)
    FROM wdd.service c
    WHERE NOT EXISTS (SELECT FROM wdd.service s WHERE s.service_id = c.parent_id) AND c.parent_id IS NOT NULL
    ORDER BY 2
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_grants() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_grants() IS 'Findings of wdd.doctor() about grants of purposes and duties, and about references between the tables of the catalog. Internal';

-- The extension's own tables, triggers and privileges.
CREATE FUNCTION wdd.findings_own() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'critical', format('trigger %I of table %s', t.tgname, t.tgrelid::regclass),
           'it does not fire, or not always: changes of purposes, grants and consents go unseen',
           CASE WHEN t.tgisinternal THEN format('ALTER TABLE %s ENABLE TRIGGER ALL, and then ', t.tgrelid::regclass) ELSE '' END
           || 'SELECT wdd.refresh_catalog_copy(), as a superuser'
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'wdd'::regnamespace AND CASE WHEN t.tgisinternal THEN t.tgenabled = 'D' ELSE t.tgenabled <> 'A' END
    UNION ALL
    SELECT 'critical', 'table wdd.catalog_copy', 'the guard reads other purposes, grants, categories or duties than those of schema wdd',
           'SELECT wdd.refresh_catalog_copy(), as a superuser'
    FROM (WITH made AS (
              SELECT (wdd.catalog_entry(p)).* FROM wdd.purpose AS p
              UNION ALL SELECT (wdd.catalog_entry(g)).* FROM wdd.purpose_grant AS g
              UNION ALL SELECT (wdd.catalog_entry(c)).* FROM wdd.category AS c
              UNION ALL SELECT (wdd.catalog_entry(k)).* FROM wdd.subject_kind AS k
              UNION ALL SELECT (wdd.catalog_entry(d)).* FROM wdd.duty_grant AS d)
          SELECT count(*) AS differences
          FROM ((SELECT md5(m::text) FROM made m EXCEPT ALL SELECT md5(c::text) FROM wdd.catalog_copy c)
                UNION ALL
                (SELECT md5(c::text) FROM wdd.catalog_copy c EXCEPT ALL SELECT md5(m::text) FROM made m)) AS d) AS compared
    WHERE compared.differences > 0
    UNION ALL
    SELECT CASE WHEN bool_or(a.privilege_type <> 'SELECT') THEN 'critical' ELSE 'warning' END,
           format('table %s', c.oid::regclass), format('%s has %s on it', coalesce(r.rolname, 'PUBLIC'), string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type)),
           format('REVOKE ALL ON %s FROM %s', c.oid::regclass, coalesce(quote_ident(r.rolname), 'PUBLIC'))
    FROM pg_class c
    CROSS JOIN LATERAL aclexplode(c.relacl) a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE c.relnamespace = 'wdd'::regnamespace AND c.relkind = 'r' AND a.grantee <> c.relowner
    GROUP BY c.oid, r.rolname
    UNION ALL
    SELECT 'critical', format('function %s', f.function), format('%s may call it without the duty %s', coalesce(r.rolname, 'PUBLIC'), string_agg(f.duty, ' or ' ORDER BY f.duty)),
           format('REVOKE EXECUTE ON FUNCTION %s FROM %s', f.function, coalesce(quote_ident(r.rolname), 'PUBLIC'))
    FROM wdd.duty_functions() f
    JOIN pg_proc p ON p.oid = f.function
    CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE a.grantee <> p.proowner AND a.privilege_type = 'EXECUTE'
    GROUP BY f.function, r.rolname, a.grantee
    HAVING NOT EXISTS (SELECT FROM wdd.duty_grant d JOIN wdd.duty_functions() g USING (duty) WHERE d.role = a.grantee AND g.function = f.function)
    ORDER BY 2, 3
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_own() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_own() IS 'Findings of wdd.doctor() about the extension''s own objects. Internal';

CREATE FUNCTION wdd.findings_code() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.severity, 'extension ' || quote_ident(e.extname), k.finding, k.action
    FROM (VALUES
        ('warning', 'its functions read pages past the guard', 'drop it, or let superusers alone execute its functions',
         ARRAY['pageinspect', 'pg_walinspect', 'pg_dirtyread', 'pg_filedump', 'pg_surgery', 'pg_hexedit', 'bottledwater', 'pg_page_verification']),
        ('notice', 'its functions look into relations past the guard, and show counts and places of rows, but no values', 'let superusers alone execute its functions',
         ARRAY['pgstattuple', 'pgrowlocks', 'amcheck', 'pg_visibility', 'pg_freespacemap', 'pg_buffercache']),
        ('warning', 'it reads or writes the server''s files', 'drop it, or let superusers alone use it',
         ARRAY['file_fdw', 'adminpack', 'orafce', 'pg_file_utility']),
        ('notice', 'it opens sessions of its own, by other roles than the user''s: they are guarded like any other', 'see that their roles have the purposes they need and no more',
         ARRAY['dblink', 'postgres_fdw', 'pg_cron', 'pg_background', 'plproxy'])) AS k (severity, finding, action, names)
    JOIN pg_extension e ON e.extname = ANY (k.names)
    UNION ALL
    SELECT 'warning', 'language ' || quote_ident(l.lanname), 'its functions read the server''s files and memory past the guard',
           'drop it, or review its functions as you would a superuser''s'
    FROM pg_language l WHERE NOT l.lanpltrusted AND l.oid >= 16384
    UNION ALL
    SELECT 'warning', 'function ' || p.oid::regprocedure, 'a function in C that no extension brought: it may do anything',
           'review it as you would a superuser''s, or drop it'
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE l.lanname IN ('c', 'internal') AND p.oid >= 16384 AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
    UNION ALL
    SELECT 'warning', 'function ' || p.oid::regprocedure, 'it is declared LEAKPROOF by somebody else than PostgreSQL: row security lets it see rows before its policies do',
           format('ALTER FUNCTION %s NOT LEAKPROOF', p.oid::regprocedure)
    FROM pg_proc p
    WHERE p.proleakproof AND p.oid >= 16384
      -- comparison of sealed values sees tokens, and its errors do not depend on them
      AND p.pronamespace <> 'wdd'::regnamespace
    UNION ALL
    SELECT CASE WHEN EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0) THEN 'warning' ELSE 'notice' END,
           'function ' || p.oid::regprocedure,
           format('whoever may execute it acts for purpose %s by the grants of %I', substr(c.setting, strpos(c.setting, '=') + 1), p.proowner::regrole::text),
           'let only those execute it who have the purpose'
    FROM pg_proc p CROSS JOIN LATERAL unnest(p.proconfig) AS c (setting)
    WHERE p.prosecdef AND c.setting LIKE 'wdd\_privacy.purpose=%'
    UNION ALL
    SELECT 'notice', 'function ' || p.oid::regprocedure, format('it has name and arguments of %s, and takes its place where its schema comes first', b.oid::regprocedure),
           'rename it'
    FROM pg_proc p
    JOIN pg_proc b ON b.pronamespace = 'pg_catalog'::regnamespace AND b.proname = p.proname AND b.proargtypes = p.proargtypes
    WHERE p.oid >= 16384 AND p.pronamespace <> 'pg_catalog'::regnamespace AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'notice', 'schema ' || quote_ident(n.nspname), 'everybody may create objects in it, which others then find by their search_path',
           format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', n.nspname)
    FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a
    WHERE a.grantee = 0 AND a.privilege_type = 'CREATE'
    UNION ALL
    SELECT 'notice', 'server ' || quote_ident(s.srvname), 'it leads back to this server: what its sessions see depends on the purposes of the roles they log in as',
           'see that those roles have no purpose that its users have not'
    FROM pg_foreign_server s
    JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
    LEFT JOIN LATERAL (SELECT max(o.option_value) FILTER (WHERE o.option_name IN ('host', 'hostaddr')) AS host,
                              max(o.option_value) FILTER (WHERE o.option_name = 'port') AS port
                       FROM pg_options_to_table(s.srvoptions) o) AS o ON true
    WHERE w.fdwname IN ('postgres_fdw', 'dblink_fdw')
      AND (o.host IS NULL OR o.host IN ('localhost', '127.0.0.1', '::1') OR o.host ~ '^[/@]' OR o.host = host(inet_server_addr()))
      AND coalesce(o.port, current_setting('port')) = current_setting('port')
    UNION ALL
    SELECT 'notice', 'large objects', format('there are %s; they cannot be labelled, and have no persons', count(*)), 'keep personal data in labelled columns'
    FROM pg_largeobject_metadata
    HAVING count(*) > 0
    ORDER BY 2, 3
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_code() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_code() IS 'Findings of wdd.doctor() about extensions, languages, functions, foreign servers and large objects. Internal';
