CREATE FUNCTION wdd.doctor()
RETURNS TABLE (severity text, object text, finding text, action text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    WITH found AS (
        SELECT 1 AS part, * FROM wdd.findings_loading()
        UNION ALL SELECT 2, * FROM wdd.findings_own()
        UNION ALL SELECT 3, * FROM wdd.findings_labels()
        UNION ALL SELECT 4, * FROM wdd.findings_copies()
        UNION ALL SELECT 5, * FROM wdd.findings_replication()
        UNION ALL SELECT 6, * FROM wdd.findings_triggers()
        UNION ALL SELECT 7, * FROM wdd.findings_second_walls()
        UNION ALL SELECT 8, * FROM wdd.findings_grants()
        UNION ALL SELECT 9, * FROM wdd.findings_roles()
        UNION ALL SELECT 10, * FROM wdd.findings_code()
        UNION ALL SELECT 11, * FROM wdd.findings_settings()
        UNION ALL SELECT 12, * FROM wdd.findings_keys()
    )
    SELECT f.severity, f.object, f.finding, f.action
    FROM found f
    ORDER BY array_position(ARRAY['critical', 'warning', 'notice'], f.severity), f.part,
             f.object COLLATE "C", f.finding COLLATE "C"
$$;
COMMENT ON FUNCTION wdd.doctor() IS
    'What makes the protection weaker than it looks: a row per finding with severity (critical, warning, notice), object, finding and what to do; no row when nothing was found. Shows no values of tables. Duty administer or officer';
