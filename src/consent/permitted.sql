-- Asking for one person, and what the cache of consents holds.

CREATE FUNCTION wdd.permitted(subject bigint, purpose text, category text DEFAULT NULL, subject_kind text DEFAULT 'account')
    RETURNS boolean LANGUAGE c STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'wdd_permitted_integer';
CREATE FUNCTION wdd.permitted(subject uuid, purpose text, category text DEFAULT NULL, subject_kind text DEFAULT 'account')
    RETURNS boolean LANGUAGE c STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'wdd_permitted_uuid';
CREATE FUNCTION wdd.permitted(subject text, purpose text, category text DEFAULT NULL, subject_kind text DEFAULT 'account')
    RETURNS boolean LANGUAGE c STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'wdd_permitted_text';
REVOKE EXECUTE ON FUNCTION wdd.permitted(bigint, text, text, text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION wdd.permitted(uuid, text, text, text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION wdd.permitted(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION wdd.permitted(bigint, text, text, text) IS
    'does this person permit this purpose, now (not as of the transaction''s snapshot)? category NULL: for data of no particular category; subject NULL: false if the purpose may be refused; raises 22004 for NULL purpose or kind, 42704 for unknown names; not executable by PUBLIC';
COMMENT ON FUNCTION wdd.permitted(uuid, text, text, text) IS
    'does this person permit this purpose, now? As wdd.permitted(bigint, …), for persons known by a uuid';
COMMENT ON FUNCTION wdd.permitted(text, text, text, text) IS
    'does this person permit this purpose, now? As wdd.permitted(bigint, …), for persons known by a text';

CREATE FUNCTION wdd.consent_cache_sets(
        OUT purpose_id smallint, OUT category_id smallint, OUT kind_id smallint, OUT key_type text,
        OUT form text, OUT keys bigint, OUT bytes bigint, OUT shared boolean)
    RETURNS SETOF record LANGUAGE c VOLATILE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'wdd_consent_cache_sets';
REVOKE EXECUTE ON FUNCTION wdd.consent_cache_sets() FROM PUBLIC;
COMMENT ON FUNCTION wdd.consent_cache_sets() IS
    'wdd.consent_cache_status() with ids instead of names; not executable by PUBLIC';

CREATE FUNCTION wdd.consent_cache_status(
        OUT purpose text, OUT category text, OUT subject_kind text, OUT key_type text,
        OUT form text, OUT keys bigint, OUT bytes bigint, OUT shared boolean)
    RETURNS SETOF record LANGUAGE sql VOLATILE PARALLEL RESTRICTED SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT p.name, c.name, k.name, s.key_type, s.form, s.keys, s.bytes, s.shared
        FROM wdd.consent_cache_sets() s
             LEFT JOIN wdd.purpose p USING (purpose_id)
             LEFT JOIN wdd.category c USING (category_id)
             LEFT JOIN wdd.subject_kind k USING (kind_id)
        ORDER BY 1, 2 NULLS FIRST, 3, 4, 7
    $$;
REVOKE EXECUTE ON FUNCTION wdd.consent_cache_status() FROM PUBLIC;
COMMENT ON FUNCTION wdd.consent_cache_status() IS
    'sets of persons that this session, or with shared_preload_libraries the server, keeps in memory: those whose answer differs from what silence means for the purpose. category NULL: every category; form: dense (bitmaps), ordered (slots in the order of keys), dense and ordered, or hashed; keys: persons in the set; bytes: its memory; shared: one copy for all sessions; not executable by PUBLIC';
