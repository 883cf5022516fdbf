-- A change of the catalog is told to every backend when it commits (on standbys
-- when it is replayed).  The triggers fire ALWAYS, since a revoked grant must
-- not go unseen because session_replication_role said so, and for each row,
-- since logical replication fires no statement triggers but those of TRUNCATE.
--
-- An update script that changes no row of these tables needs nothing: the
-- utility hook signals after ALTER EXTENSION.
CREATE FUNCTION wdd.catalog_changed() RETURNS trigger
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_catalog_changed';
COMMENT ON FUNCTION wdd.catalog_changed() IS
    'Trigger function of the extension''s catalog tables: makes every session read them anew after the transaction commits';
REVOKE EXECUTE ON FUNCTION wdd.catalog_changed() FROM PUBLIC;

CREATE TRIGGER wdd_catalog_changed AFTER INSERT OR UPDATE OR DELETE ON wdd.service
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER wdd_catalog_truncated AFTER TRUNCATE ON wdd.service
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.service ENABLE ALWAYS TRIGGER wdd_catalog_changed;
ALTER TABLE wdd.service ENABLE ALWAYS TRIGGER wdd_catalog_truncated;

CREATE TRIGGER wdd_catalog_changed AFTER INSERT OR UPDATE OR DELETE ON wdd.subject_kind
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER wdd_catalog_truncated AFTER TRUNCATE ON wdd.subject_kind
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.subject_kind ENABLE ALWAYS TRIGGER wdd_catalog_changed;
ALTER TABLE wdd.subject_kind ENABLE ALWAYS TRIGGER wdd_catalog_truncated;

CREATE TRIGGER wdd_catalog_changed AFTER INSERT OR UPDATE OR DELETE ON wdd.category
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER wdd_catalog_truncated AFTER TRUNCATE ON wdd.category
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.category ENABLE ALWAYS TRIGGER wdd_catalog_changed;
ALTER TABLE wdd.category ENABLE ALWAYS TRIGGER wdd_catalog_truncated;

CREATE TRIGGER wdd_catalog_changed AFTER INSERT OR UPDATE OR DELETE ON wdd.purpose
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER wdd_catalog_truncated AFTER TRUNCATE ON wdd.purpose
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.purpose ENABLE ALWAYS TRIGGER wdd_catalog_changed;
ALTER TABLE wdd.purpose ENABLE ALWAYS TRIGGER wdd_catalog_truncated;

CREATE TRIGGER wdd_catalog_changed AFTER INSERT OR UPDATE OR DELETE ON wdd.purpose_grant
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER wdd_catalog_truncated AFTER TRUNCATE ON wdd.purpose_grant
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.purpose_grant ENABLE ALWAYS TRIGGER wdd_catalog_changed;
ALTER TABLE wdd.purpose_grant ENABLE ALWAYS TRIGGER wdd_catalog_truncated;

CREATE TRIGGER wdd_catalog_changed AFTER INSERT OR UPDATE OR DELETE ON wdd.duty_grant
    FOR EACH ROW EXECUTE FUNCTION wdd.catalog_changed();
CREATE TRIGGER wdd_catalog_truncated AFTER TRUNCATE ON wdd.duty_grant
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.catalog_changed();
ALTER TABLE wdd.duty_grant ENABLE ALWAYS TRIGGER wdd_catalog_changed;
ALTER TABLE wdd.duty_grant ENABLE ALWAYS TRIGGER wdd_catalog_truncated;
