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

-- How far a rotation has come; a position within the table, so not dumped.
CREATE TABLE wdd.key_rotation (
    epoch          smallint PRIMARY KEY,   -- that data keys are wrapped under from now on
    data_keys      bigint NOT NULL,        -- to be rewrapped, when it began
    rewrapped      bigint NOT NULL DEFAULT 0,
    next_block     bigint NOT NULL DEFAULT 0,
    end_block      bigint NOT NULL,        -- of this pass; what comes after it is new
    started_at     timestamptz NOT NULL DEFAULT now(),
    finished_at    timestamptz
);
COMMENT ON TABLE wdd.key_rotation IS
    'How far wdd.rotate_epoch() has come with the data keys. Written by the extension';

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

-- No key comes into being under an epoch that is being retired.
CREATE FUNCTION wdd.data_key_stored() RETURNS trigger
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_data_key_stored';
COMMENT ON FUNCTION wdd.data_key_stored() IS
    'Trigger function of wdd.data_key: raises 40001 for a key that was made under an epoch while that was retired';
REVOKE EXECUTE ON FUNCTION wdd.data_key_stored() FROM PUBLIC;

CREATE TRIGGER stored BEFORE INSERT ON wdd.data_key
    FOR EACH ROW EXECUTE FUNCTION wdd.data_key_stored();
ALTER TABLE wdd.data_key
    ENABLE ALWAYS TRIGGER stored;

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

CREATE FUNCTION wdd.create_key_file(path text) RETURNS text
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'wdd_create_key_file';
COMMENT ON FUNCTION wdd.create_key_file(text) IS
    'Makes a file on the server with a new key of epoch 1, which only the server''s user can read, and returns the line by which postgresql.conf names it; changes no setting. For a first try: in production keys come from a key service, by wdd_privacy.key_command. 58P02: the file exists; 22023: it would lie in the data directory or a tablespace; 55000: the database has been sealed with keys before. Superusers only';
REVOKE EXECUTE ON FUNCTION wdd.create_key_file(text) FROM PUBLIC;

-- What others of these functions ask of the library.
CREATE FUNCTION wdd.key_ring_epochs() RETURNS TABLE (epoch smallint, has_key boolean, key_right boolean)
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_key_ring_epochs';
COMMENT ON FUNCTION wdd.key_ring_epochs() IS
    'Epochs that the source of keys or this database knows: is the key there, and is it the right one (NULL: not known)? Internal';
CREATE FUNCTION wdd.key_ring_state(OUT source text, OUT shared boolean, OUT locked boolean, OUT message text, OUT detail text, OUT hint text)
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_key_ring_state';
COMMENT ON FUNCTION wdd.key_ring_state() IS
    'Where keys come from (command, file, none), whether they lie in shared memory, whether memory for keys is locked, and what was wrong with the source last. Internal';
CREATE FUNCTION wdd.newest_epoch() RETURNS smallint
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_newest_epoch_of_source';
COMMENT ON FUNCTION wdd.newest_epoch() IS 'The newest epoch of the source of keys that is not retired. Internal';
CREATE FUNCTION wdd.epoch_check_value(epoch integer) RETURNS bytea
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'wdd_epoch_check_value';
COMMENT ON FUNCTION wdd.epoch_check_value(integer) IS 'The check value of an epoch''s key, for wdd.key_epoch. Internal';
CREATE FUNCTION wdd.forget_epoch(epoch integer) RETURNS void
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'wdd_forget_epoch';
COMMENT ON FUNCTION wdd.forget_epoch(integer) IS 'Wipes the key of an epoch from shared memory at commit. Internal';
CREATE FUNCTION wdd.rewrap(person uuid, epoch integer, wrapped bytea, new_epoch integer) RETURNS bytea
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'wdd_rewrap';
COMMENT ON FUNCTION wdd.rewrap(uuid, integer, bytea, integer) IS
    'A person''s data key, wrapped under another epoch. Internal';

CREATE FUNCTION wdd.key_status()
RETURNS TABLE (epoch smallint, state text, in_source boolean, key_right boolean, data_keys bigint, token_domains text[],
               source text, shared boolean, memory_locked boolean, problem text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.epoch, k.state, e.has_key, e.key_right,
           CASE WHEN e.epoch IS NOT NULL THEN coalesce(d.n, 0) END,
           (SELECT array_agg(t.domain ORDER BY t.domain COLLATE "C") FROM wdd.token_domain t WHERE t.epoch = e.epoch),
           s.source, s.shared, s.locked, s.message || ': ' || s.detail
    FROM wdd.key_ring_state() s
    LEFT JOIN wdd.key_ring_epochs() e ON true
    LEFT JOIN wdd.key_epoch k ON k.epoch = e.epoch
    LEFT JOIN (SELECT d.epoch, count(*) AS n FROM wdd.data_key d GROUP BY d.epoch) d ON d.epoch = e.epoch
    ORDER BY e.epoch
$$;
COMMENT ON FUNCTION wdd.key_status() IS
    'Epochs of keys: state (current, previous, retired; NULL: not used by this database), whether the source has the key, whether it is the one this database was sealed with, how many persons'' data keys are wrapped under it, and which kinds'' search tokens are made under it; in every row where keys come from (command, file, none), whether they lie in shared memory, whether memory for keys is locked, and what is wrong with the source. One row without epoch when there is no key at all. Shows no key. Duty administer';

-- The newest epoch of the source becomes the current one, and its rotation is
-- entered; NULL when no data key is under another.
CREATE FUNCTION wdd.begin_rotation() RETURNS wdd.key_rotation
LANGUAGE plpgsql AS $$
DECLARE
    newest    smallint;
    target    smallint;
    n         bigint;
    rotation  wdd.key_rotation;
BEGIN
    PERFORM wdd.reload_keys();
    newest := wdd.newest_epoch();
    SELECT k.epoch INTO target FROM wdd.key_epoch k WHERE k.state = 'current';
    IF target IS NULL OR newest > target THEN
        UPDATE wdd.key_epoch SET state = 'previous' WHERE state = 'current';
        INSERT INTO wdd.key_epoch (epoch, state, check_value)
            VALUES (newest, 'current', wdd.epoch_check_value(newest));
        target := newest;
    END IF;
    SELECT count(*) INTO n FROM wdd.data_key d WHERE d.epoch <> target;
    IF n > 0 THEN
        INSERT INTO wdd.key_rotation AS r (epoch, data_keys, end_block)
            VALUES (target, n, pg_relation_size('wdd.data_key') / current_setting('block_size')::integer)
            ON CONFLICT (epoch) DO UPDATE
                SET data_keys = excluded.data_keys, rewrapped = 0, next_block = 0, end_block = excluded.end_block, started_at = now(), finished_at = NULL
            RETURNING r.* INTO rotation;
    END IF;
    RETURN rotation;
END $$;
COMMENT ON FUNCTION wdd.begin_rotation() IS 'First step of wdd.rotate_epoch(). Internal';

-- The table is worked through block by block, since the rows of a range of
-- blocks are found without an index on the epoch, which every new person would
-- pay for.  Keys that other transactions stored behind the position meanwhile,
-- under the old epoch, are found by counting at the end of the pass.
CREATE FUNCTION wdd.rotate_epoch(batch integer DEFAULT 10000) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    rotation  wdd.key_rotation;
    step      CONSTANT integer := greatest(batch / 50, 1);      -- blocks; about so many rows are on one
    done      bigint := 0;
    passes    integer := 0;
    n         bigint;
    from_tid  tid;
    to_tid    tid;
BEGIN
    PERFORM wdd.require_value('batch', batch IS NOT NULL);
    IF batch < 1 THEN
        RAISE EXCEPTION 'argument "batch" must be positive'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    LOCK TABLE wdd.key_rotation IN SHARE ROW EXCLUSIVE MODE;     -- one at a time
    SELECT r.* INTO rotation FROM wdd.key_rotation r WHERE r.finished_at IS NULL;
    IF NOT FOUND THEN
        rotation := wdd.begin_rotation();
    END IF;
    IF rotation.epoch IS NULL THEN
        RETURN 0;
    END IF;
    WHILE done < batch LOOP
        IF rotation.next_block >= rotation.end_block THEN
            SELECT count(*) INTO n FROM wdd.data_key d WHERE d.epoch <> rotation.epoch;
            passes := passes + 1;
            rotation.next_block := 0;
            rotation.end_block := pg_relation_size('wdd.data_key') / current_setting('block_size')::integer;
            EXIT WHEN n = 0 OR passes > 1;
        END IF;
        from_tid := format('(%s,0)', rotation.next_block)::tid;
        to_tid := format('(%s,0)', rotation.next_block + step)::tid;
        UPDATE wdd.data_key d
            SET epoch = rotation.epoch, wrapped = wdd.rewrap(d.person_id, d.epoch, d.wrapped, rotation.epoch)
            WHERE d.ctid >= from_tid AND d.ctid < to_tid AND d.epoch <> rotation.epoch;
        GET DIAGNOSTICS n = ROW_COUNT;
        done := done + n;
        rotation.next_block := rotation.next_block + step;
        n := NULL;
    END LOOP;
    UPDATE wdd.key_rotation r
        SET rewrapped = r.rewrapped + done, next_block = rotation.next_block, end_block = rotation.end_block,
            finished_at = CASE WHEN n = 0 THEN now() END
        WHERE r.epoch = rotation.epoch;
    RETURN coalesce(n, greatest(rotation.data_keys - rotation.rewrapped - done, 1));
END $$;
COMMENT ON FUNCTION wdd.rotate_epoch(integer) IS
    'Reads the source of keys, makes its newest epoch the current one, and wraps up to about batch persons'' data keys under it that are under an earlier one. Returns how many are left (an estimate until it is 0): to be called, each time in a transaction of its own, until it returns 0, as CALL wdd.rewrap_keys() does. Goes on where it stopped. 55000: a key is missing or wrong; 22023: batch is not positive. Duty administer';

-- It runs with the caller's rights, or it could not commit; so its names do not
-- depend on the caller's search_path.
CREATE PROCEDURE wdd.rewrap_keys(batch integer DEFAULT 10000, rest double precision DEFAULT 1)
LANGUAGE plpgsql AS $$
DECLARE
    began  timestamptz;
BEGIN
    LOOP
        began := pg_catalog.clock_timestamp();
        EXIT WHEN wdd.rotate_epoch(batch) OPERATOR(pg_catalog.=) 0;
        COMMIT;
        PERFORM pg_catalog.pg_sleep(rest OPERATOR(pg_catalog.*)
            pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) began));
    END LOOP;
END $$;
COMMENT ON PROCEDURE wdd.rewrap_keys(integer, double precision) IS
    'wdd.rotate_epoch() until nothing is left, with a COMMIT after each batch, and then a rest of so many times as long as the batch took (0: none). Duty administer';

CREATE FUNCTION wdd.retire_epoch(epoch integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    the_state  text;
    n          bigint;
    domains    text;
BEGIN
    PERFORM wdd.require_value('epoch', epoch IS NOT NULL);
    -- whoever is storing a key is waited for, and who comes later sees the state
    LOCK TABLE wdd.data_key, wdd.token_domain IN SHARE ROW EXCLUSIVE MODE;
    SELECT k.state INTO the_state FROM wdd.key_epoch k WHERE k.epoch = retire_epoch.epoch FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'epoch % does not exist', epoch
            USING ERRCODE = 'undefined_object',
                  DETAIL = 'This database never used it.',
                  HINT = 'See wdd.key_status().';
    ELSIF the_state = 'retired' THEN
        RAISE EXCEPTION 'epoch % is retired already', epoch
            USING ERRCODE = 'object_not_in_prerequisite_state';
    ELSIF the_state = 'current' THEN
        RAISE EXCEPTION 'epoch % is the current one', epoch
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'New data keys are wrapped under it.',
                  HINT = 'Add a line with a higher epoch to the source of keys, then CALL wdd.rewrap_keys().';
    END IF;
    SELECT count(*) INTO n FROM wdd.data_key d WHERE d.epoch = retire_epoch.epoch;
    IF n > 0 THEN
        RAISE EXCEPTION 'epoch % is still needed', epoch
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('%s persons'' data keys are wrapped under it.', n),
                  HINT = 'CALL wdd.rewrap_keys().';
    END IF;
    SELECT string_agg(t.domain, ', ' ORDER BY t.domain COLLATE "C") INTO domains
        FROM wdd.token_domain t WHERE t.epoch = retire_epoch.epoch;
    IF domains IS NOT NULL THEN
        RAISE EXCEPTION 'epoch % is still needed', epoch
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('Search tokens are made under it: %s.', domains),
                  HINT = 'Call wdd.rotate_tokens(domain) for each.';
    END IF;
    UPDATE wdd.key_epoch k SET state = 'retired', retired_at = now() WHERE k.epoch = retire_epoch.epoch;
    PERFORM wdd.forget_epoch(epoch);
    RAISE NOTICE 'epoch % is retired', epoch
        USING HINT = 'Destroy its key: at the source, and every copy. Until then backups can be opened with it; afterwards nothing in them that was sealed under it can.';
END $$;
COMMENT ON FUNCTION wdd.retire_epoch(integer) IS
    'Ends the use of an epoch of keys for good; its key may then be destroyed, and with it what backups hold under it. 42704: no such epoch; 55000: it is current, retired already, or data keys or search tokens still need it. Duty administer';

REVOKE EXECUTE ON FUNCTION
    wdd.key_ring_epochs(), wdd.key_ring_state(), wdd.newest_epoch(), wdd.epoch_check_value(integer), wdd.forget_epoch(integer),
    wdd.rewrap(uuid, integer, bytea, integer), wdd.begin_rotation()
    FROM PUBLIC;

-- Tokens.  Values with tokens of different epochs cannot be compared, and
-- indexes keep what was deleted, so that tables are written anew as ALTER TABLE
-- does it, with their indexes, and nobody reads them meanwhile.
CREATE FUNCTION wdd.renew_tokens(relation regclass, domain text) RETURNS bigint
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'wdd_renew_tokens';
COMMENT ON FUNCTION wdd.renew_tokens(regclass, text) IS
    'Writes a table anew, with search tokens of a kind under its current epoch; returns how many rows. Internal';

CREATE FUNCTION wdd.tables_with_tokens(domain text) RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE type AS (
        SELECT t.oid, t.typarray FROM pg_type t
        WHERE t.typnamespace = 'wdd'::regnamespace AND t.typname = 'sealed_' || domain
        UNION
        SELECT d.oid, d.typarray FROM type JOIN pg_type d ON d.typtype = 'd' AND d.typbasetype IN (type.oid, type.typarray)
    )
    SELECT c.oid::regclass
    FROM pg_class c
    WHERE c.relkind = 'r' AND (c.relpersistence <> 't' OR c.relnamespace = pg_my_temp_schema())
      AND EXISTS (SELECT FROM pg_attribute a JOIN type ON a.atttypid IN (type.oid, type.typarray)
                  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
    ORDER BY c.oid
$$;
COMMENT ON FUNCTION wdd.tables_with_tokens(text) IS 'Tables with columns of a sealed type. Internal';

CREATE FUNCTION wdd.rotate_tokens(domain text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    target    smallint;
    relation  regclass;
    n         bigint := 0;
BEGIN
    PERFORM wdd.require_value('domain', domain IS NOT NULL);
    IF domain NOT IN ('text', 'phone', 'id_card', 'email') THEN
        RAISE EXCEPTION 'token domain "%" does not exist', wdd.shown(domain)
            USING ERRCODE = 'undefined_object',
                  HINT = 'A domain is one of text, phone, id_card, email.';
    END IF;
    LOCK TABLE wdd.token_domain IN SHARE ROW EXCLUSIVE MODE;
    SELECT k.epoch INTO target FROM wdd.key_epoch k WHERE k.state = 'current';
    PERFORM FROM wdd.token_domain t WHERE t.domain = rotate_tokens.domain AND t.epoch <> target;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    FOR relation IN SELECT wdd.tables_with_tokens(domain) LOOP
        EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', relation);
    END LOOP;
    UPDATE wdd.token_domain t SET epoch = target WHERE t.domain = rotate_tokens.domain;
    FOR relation IN SELECT wdd.tables_with_tokens(domain) LOOP
        n := n + wdd.renew_tokens(relation, domain);
    END LOOP;
    RETURN n;
END $$;
COMMENT ON FUNCTION wdd.rotate_tokens(text) IS
    'Makes the search tokens of a kind of sealed type (text, phone, id_card, email) anew under the current epoch of keys, in one transaction: locks all tables with such columns, and writes them and their indexes anew. Returns how many rows that were. Values of persons whose keys are gone are found by nobody afterwards. 42704: no such domain; XX001: a value does not open; 55000: a key is missing or wrong. Duty administer';

REVOKE EXECUTE ON FUNCTION wdd.renew_tokens(regclass, text), wdd.tables_with_tokens(text) FROM PUBLIC;
