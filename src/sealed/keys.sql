-- Keys of sealed values: which epochs there are, and the data keys of persons.
--
-- Master keys come from outside (wdd_privacy.key_command or key_file) and never
-- stand in a table.  What stands here tells whether they are the right ones, and
-- holds the data keys, each wrapped under the key of its epoch.

CREATE TABLE wdd.key_epoch (
    epoch          smallint PRIMARY KEY CHECK (epoch BETWEEN 1 AND 255),
    state          text NOT NULL CHECK (state IN ('current', 'previous', 'retired')),
    check_value    bytea NOT NULL CHECK (octet_length(check_value) = 16),
    made_at        timestamptz NOT NULL DEFAULT now(),
    retired_at     timestamptz,
    CONSTRAINT retired_epochs_say_when CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX key_epoch_current ON wdd.key_epoch (state) WHERE state = 'current';
COMMENT ON TABLE wdd.key_epoch IS
    'Epochs of master keys that this database uses or used; check_value tells a right key from a wrong one, and nothing else. Written by the extension';

CREATE TABLE wdd.token_domain (
    domain         text PRIMARY KEY,
    epoch          smallint NOT NULL CHECK (epoch BETWEEN 1 AND 255)
);
COMMENT ON TABLE wdd.token_domain IS
    'The epoch under which search tokens of a kind of sealed type are made. Written by the extension';

-- One row a person whose values are sealed, and one (all zeros) for rows that
-- belong to nobody.
CREATE TABLE wdd.data_key (
    person_id      uuid PRIMARY KEY,
    epoch          smallint NOT NULL CHECK (epoch BETWEEN 1 AND 255),
    wrapped        bytea NOT NULL
);
COMMENT ON TABLE wdd.data_key IS
    'Data keys of persons, wrapped under the key of an epoch; whose row is deleted, what was sealed for is lost for ever. Written by the extension';

CREATE TABLE wdd.key_signal ();
COMMENT ON TABLE wdd.key_signal IS
    'Always empty: by its invalidation every session learns that data keys were deleted';

-- Sessions read epochs and domains anew once the change has committed.  All
-- these triggers fire ALWAYS, whatever session_replication_role says, and for
-- each row, since logical replication fires no statement triggers but those of
-- TRUNCATE.
CREATE FUNCTION wdd.key_epochs_changed() RETURNS trigger
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_key_epochs_changed';
COMMENT ON FUNCTION wdd.key_epochs_changed() IS
    'Trigger function of wdd.key_epoch and wdd.token_domain: makes every session read them anew after the transaction commits';
REVOKE EXECUTE ON FUNCTION wdd.key_epochs_changed() FROM PUBLIC;

CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON wdd.key_epoch
    FOR EACH ROW EXECUTE FUNCTION wdd.key_epochs_changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON wdd.key_epoch
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.key_epochs_changed();
ALTER TABLE wdd.key_epoch
    ENABLE ALWAYS TRIGGER changed,
    ENABLE ALWAYS TRIGGER emptied;

CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON wdd.token_domain
    FOR EACH ROW EXECUTE FUNCTION wdd.key_epochs_changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON wdd.token_domain
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.key_epochs_changed();
ALTER TABLE wdd.token_domain
    ENABLE ALWAYS TRIGGER changed,
    ENABLE ALWAYS TRIGGER emptied;

-- A data key that was deleted opens nothing from the commit on, in any session.
CREATE FUNCTION wdd.data_keys_deleted() RETURNS trigger
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_data_keys_deleted';
COMMENT ON FUNCTION wdd.data_keys_deleted() IS
    'Trigger function of wdd.data_key: makes every session forget deleted data keys when the transaction commits';
REVOKE EXECUTE ON FUNCTION wdd.data_keys_deleted() FROM PUBLIC;

CREATE TRIGGER deleted AFTER DELETE OR UPDATE OF person_id ON wdd.data_key
    FOR EACH ROW EXECUTE FUNCTION wdd.data_keys_deleted();
CREATE TRIGGER emptied AFTER TRUNCATE ON wdd.data_key
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.data_keys_deleted();
ALTER TABLE wdd.data_key
    ENABLE ALWAYS TRIGGER deleted,
    ENABLE ALWAYS TRIGGER emptied;

-- With a person goes the person's data key.  A foreign key would do so, too, but
-- not under session_replication_role = replica.
CREATE FUNCTION wdd.delete_data_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE wdd.data_key;
    ELSE
        DELETE FROM wdd.data_key k WHERE k.person_id = OLD.person_id;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION wdd.delete_data_key() IS 'Trigger function of wdd.person: deletes the data keys of deleted persons';
REVOKE EXECUTE ON FUNCTION wdd.delete_data_key() FROM PUBLIC;

CREATE TRIGGER data_key AFTER DELETE OR UPDATE OF person_id ON wdd.person
    FOR EACH ROW EXECUTE FUNCTION wdd.delete_data_key();
CREATE TRIGGER data_key_emptied AFTER TRUNCATE ON wdd.person
    FOR EACH STATEMENT EXECUTE FUNCTION wdd.delete_data_key();
ALTER TABLE wdd.person
    ENABLE ALWAYS TRIGGER data_key,
    ENABLE ALWAYS TRIGGER data_key_emptied;

CREATE FUNCTION wdd.reload_keys() RETURNS integer
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_reload_keys';
COMMENT ON FUNCTION wdd.reload_keys() IS
    'Reads the keys of sealed values anew from their source, and returns how many there are: for the whole server with shared_preload_libraries, else for this session (others do when they miss an epoch). 55000: they cannot be had, and those known before stay in use. Duty administer';
