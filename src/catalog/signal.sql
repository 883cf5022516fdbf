-- How the guard learns of the catalog.
--
-- A new connection's first query has to read purposes, grants, categories and
-- kinds before it may return a row.  Opening their tables costs a new backend
-- more than reading them: constraints, defaults and triggers are loaded with a
-- table, and the system catalogs that hold those with the first of them.  So
-- the rows stand once more in one table that has nothing but columns, which the
-- library reads in one go (src/catalog/purpose.c).
--
-- The copy is made by triggers, row by row: whoever holds the lock of a row of
-- the catalog is the only one to change its copy.  It is not dumped, since the
-- triggers make it again when rows are restored; wdd.refresh_catalog_copy() is
-- for those who switched the triggers off while they wrote.
CREATE TABLE wdd.catalog_copy (
    entry          "char",             -- p, g, c, k, d: purpose, grant, category, kind, duty
    id             smallint,           -- of the purpose, category or kind
    flags          integer,            -- of purposes and categories, see below
    role           regrole,            -- of grants and duties
    valid_until    timestamptz,        -- of grants; NULL: no end
    name           text                -- of all but grants
);
COMMENT ON TABLE wdd.catalog_copy IS
    'What the guard reads of the tables of the catalog; kept by their triggers';

-- One row of a table of the catalog, as it stands in the copy.
CREATE FUNCTION wdd.catalog_entry(p wdd.purpose) RETURNS wdd.catalog_copy
LANGUAGE sql STABLE
RETURN ROW('p', p.purpose_id,
           CASE WHEN p.silence_permits THEN 1 ELSE 0 END
           + CASE WHEN p.refusable THEN 2 ELSE 0 END
           + CASE WHEN p.case_reference_required THEN 4 ELSE 0 END
           + CASE WHEN p.aggregate_only THEN 8 ELSE 0 END
           + CASE WHEN p.built_in THEN 16 ELSE 0 END
           + CASE WHEN p.basis = 'authority' THEN 32 ELSE 0 END,
           NULL, NULL, p.name)::wdd.catalog_copy;

CREATE FUNCTION wdd.catalog_entry(g wdd.purpose_grant) RETURNS wdd.catalog_copy
LANGUAGE sql STABLE
RETURN ROW('g', g.purpose_id, NULL, g.role, g.valid_until, NULL)::wdd.catalog_copy;

CREATE FUNCTION wdd.catalog_entry(c wdd.category) RETURNS wdd.catalog_copy
LANGUAGE sql STABLE
RETURN ROW('c', c.category_id, CASE WHEN c.sensitive THEN 1 ELSE 0 END,
           NULL, NULL, c.name)::wdd.catalog_copy;

CREATE FUNCTION wdd.catalog_entry(k wdd.subject_kind) RETURNS wdd.catalog_copy
LANGUAGE sql STABLE
RETURN ROW('k', k.kind_id, NULL, NULL, NULL, k.name)::wdd.catalog_copy;

CREATE FUNCTION wdd.catalog_entry(d wdd.duty_grant) RETURNS wdd.catalog_copy
LANGUAGE sql STABLE
RETURN ROW('d', NULL, NULL, d.role, NULL, d.duty)::wdd.catalog_copy;

REVOKE EXECUTE ON FUNCTION wdd.catalog_entry(wdd.subject_kind) FROM PUBLIC;
COMMENT ON FUNCTION wdd.catalog_entry(wdd.subject_kind) IS 'A row of wdd.subject_kind as it stands in wdd.catalog_copy. Internal';
REVOKE EXECUTE ON FUNCTION wdd.catalog_entry(wdd.category) FROM PUBLIC;
COMMENT ON FUNCTION wdd.catalog_entry(wdd.category) IS 'A row of wdd.category as it stands in wdd.catalog_copy. Internal';
REVOKE EXECUTE ON FUNCTION wdd.catalog_entry(wdd.purpose) FROM PUBLIC;
COMMENT ON FUNCTION wdd.catalog_entry(wdd.purpose) IS 'A row of wdd.purpose as it stands in wdd.catalog_copy. Internal';
REVOKE EXECUTE ON FUNCTION wdd.catalog_entry(wdd.purpose_grant) FROM PUBLIC;
COMMENT ON FUNCTION wdd.catalog_entry(wdd.purpose_grant) IS 'A row of wdd.purpose_grant as it stands in wdd.catalog_copy. Internal';
REVOKE EXECUTE ON FUNCTION wdd.catalog_entry(wdd.duty_grant) FROM PUBLIC;
COMMENT ON FUNCTION wdd.catalog_entry(wdd.duty_grant) IS 'A row of wdd.duty_grant as it stands in wdd.catalog_copy. Internal';

-- Switching all triggers of a table off and on again leaves those that fire
-- ALWAYS to ordinary sessions.  That is how it is seen afterwards that consents
-- came without their transaction's id, and that no session heard of them, nor of
-- epochs of keys.
CREATE FUNCTION wdd.refresh_catalog_copy() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t         record;
    consents  boolean := false;
    epochs    boolean := false;
BEGIN
    FOR t IN
        SELECT g.tgrelid::regclass AS relation, g.tgname, g.tgname = 'consent_stamp' AS stamps,
               c.relname IN ('key_epoch', 'token_domain') AS epochs
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
        WHERE c.relnamespace = 'wdd'::regnamespace AND NOT g.tgisinternal AND g.tgenabled <> 'A'
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.relation, t.tgname);
        consents := consents OR t.stamps;
        epochs := epochs OR t.epochs;
    END LOOP;
    IF consents THEN
        UPDATE wdd.consent_state SET changed_xid = changed_xid;
    END IF;
    IF epochs THEN
        UPDATE wdd.key_epoch SET epoch = epoch;
        UPDATE wdd.token_domain SET domain = domain;
    END IF;
    LOCK TABLE wdd.subject_kind, wdd.category, wdd.purpose, wdd.purpose_grant, wdd.duty_grant
        IN SHARE ROW EXCLUSIVE MODE;
    TRUNCATE wdd.catalog_copy;     -- and so signals
    INSERT INTO wdd.catalog_copy
        SELECT (wdd.catalog_entry(p)).* FROM wdd.purpose AS p
        UNION ALL SELECT (wdd.catalog_entry(g)).* FROM wdd.purpose_grant AS g
        UNION ALL SELECT (wdd.catalog_entry(c)).* FROM wdd.category AS c
        UNION ALL SELECT (wdd.catalog_entry(k)).* FROM wdd.subject_kind AS k
        UNION ALL SELECT (wdd.catalog_entry(d)).* FROM wdd.duty_grant AS d;
END $$;
COMMENT ON FUNCTION wdd.refresh_catalog_copy() IS
    'Makes anew what the guard reads of the tables of the catalog, lets the triggers of schema wdd fire always, and tells every session of the consents and epochs of keys that came while they did not. Needed only after triggers were switched off, as pg_restore --disable-triggers does. Superusers only';
REVOKE EXECUTE ON FUNCTION wdd.refresh_catalog_copy() FROM PUBLIC;
SELECT wdd.refresh_catalog_copy();

CREATE FUNCTION wdd.copy_catalog() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone  wdd.catalog_copy;
    made  wdd.catalog_copy;
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        gone := wdd.catalog_entry(OLD);
        DELETE FROM wdd.catalog_copy AS c
         WHERE c.entry = gone.entry
           AND c.id IS NOT DISTINCT FROM gone.id
           AND c.role IS NOT DISTINCT FROM gone.role
           AND c.name IS NOT DISTINCT FROM gone.name;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        made := wdd.catalog_entry(NEW);
        INSERT INTO wdd.catalog_copy SELECT made.*;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM wdd.catalog_copy WHERE entry = TG_ARGV[0]::"char";
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION wdd.copy_catalog() IS
    'Trigger function of the catalog''s tables: does to wdd.catalog_copy what was done to a row, or by TRUNCATE to all rows of the kind given as argument';
REVOKE EXECUTE ON FUNCTION wdd.copy_catalog() FROM PUBLIC;

-- That there is something to read is told to every backend when the change
-- commits (on standbys when it is replayed).
--
-- All these triggers fire ALWAYS, since a revoked grant must not go unseen
-- because session_replication_role said so, and for each row, since logical
-- replication fires no statement triggers but those of TRUNCATE.
CREATE FUNCTION wdd.catalog_changed() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'wdd_catalog_changed';
COMMENT ON FUNCTION wdd.catalog_changed() IS
    'Trigger function of the catalog''s tables: makes every session read them anew after the transaction commits';
REVOKE EXECUTE ON FUNCTION wdd.catalog_changed() FROM PUBLIC;

CREATE TRIGGER catalog_signal AFTER INSERT OR UPDATE OR DELETE ON wdd.service
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER catalog_signal_empty AFTER TRUNCATE ON wdd.service
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.service
    ENABLE ALWAYS TRIGGER catalog_signal,
    ENABLE ALWAYS TRIGGER catalog_signal_empty;

CREATE TRIGGER catalog_copied AFTER INSERT OR UPDATE OR DELETE ON wdd.subject_kind
    FOR EACH ROW EXECUTE FUNCTION wdd.copy_catalog();
CREATE TRIGGER catalog_copied_empty AFTER TRUNCATE ON wdd.subject_kind
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.copy_catalog('k');
CREATE TRIGGER catalog_signal AFTER INSERT OR UPDATE OR DELETE ON wdd.subject_kind
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER catalog_signal_empty AFTER TRUNCATE ON wdd.subject_kind
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.subject_kind
    ENABLE ALWAYS TRIGGER catalog_copied,
    ENABLE ALWAYS TRIGGER catalog_copied_empty,
    ENABLE ALWAYS TRIGGER catalog_signal,
    ENABLE ALWAYS TRIGGER catalog_signal_empty;

CREATE TRIGGER catalog_copied AFTER INSERT OR UPDATE OR DELETE ON wdd.category
    FOR EACH ROW EXECUTE FUNCTION wdd.copy_catalog();
CREATE TRIGGER catalog_copied_empty AFTER TRUNCATE ON wdd.category
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.copy_catalog('c');
CREATE TRIGGER catalog_signal AFTER INSERT OR UPDATE OR DELETE ON wdd.category
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER catalog_signal_empty AFTER TRUNCATE ON wdd.category
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.category
    ENABLE ALWAYS TRIGGER catalog_copied,
    ENABLE ALWAYS TRIGGER catalog_copied_empty,
    ENABLE ALWAYS TRIGGER catalog_signal,
    ENABLE ALWAYS TRIGGER catalog_signal_empty;

CREATE TRIGGER catalog_copied AFTER INSERT OR UPDATE OR DELETE ON wdd.purpose
    FOR EACH ROW EXECUTE FUNCTION wdd.copy_catalog();
CREATE TRIGGER catalog_copied_empty AFTER TRUNCATE ON wdd.purpose
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.copy_catalog('p');
CREATE TRIGGER catalog_signal AFTER INSERT OR UPDATE OR DELETE ON wdd.purpose
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER catalog_signal_empty AFTER TRUNCATE ON wdd.purpose
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.purpose
    ENABLE ALWAYS TRIGGER catalog_copied,
    ENABLE ALWAYS TRIGGER catalog_copied_empty,
    ENABLE ALWAYS TRIGGER catalog_signal,
    ENABLE ALWAYS TRIGGER catalog_signal_empty;

CREATE TRIGGER catalog_copied AFTER INSERT OR UPDATE OR DELETE ON wdd.purpose_grant
    FOR EACH ROW EXECUTE FUNCTION wdd.copy_catalog();
CREATE TRIGGER catalog_copied_empty AFTER TRUNCATE ON wdd.purpose_grant
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.copy_catalog('g');
CREATE TRIGGER catalog_signal AFTER INSERT OR UPDATE OR DELETE ON wdd.purpose_grant
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER catalog_signal_empty AFTER TRUNCATE ON wdd.purpose_grant
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.purpose_grant
    ENABLE ALWAYS TRIGGER catalog_copied,
    ENABLE ALWAYS TRIGGER catalog_copied_empty,
    ENABLE ALWAYS TRIGGER catalog_signal,
    ENABLE ALWAYS TRIGGER catalog_signal_empty;

CREATE TRIGGER catalog_copied AFTER INSERT OR UPDATE OR DELETE ON wdd.duty_grant
    FOR EACH ROW EXECUTE FUNCTION wdd.copy_catalog();
CREATE TRIGGER catalog_copied_empty AFTER TRUNCATE ON wdd.duty_grant
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.copy_catalog('d');
CREATE TRIGGER catalog_signal AFTER INSERT OR UPDATE OR DELETE ON wdd.duty_grant
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER catalog_signal_empty AFTER TRUNCATE ON wdd.duty_grant
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.duty_grant
    ENABLE ALWAYS TRIGGER catalog_copied,
    ENABLE ALWAYS TRIGGER catalog_copied_empty,
    ENABLE ALWAYS TRIGGER catalog_signal,
    ENABLE ALWAYS TRIGGER catalog_signal_empty;
