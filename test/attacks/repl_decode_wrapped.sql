-- what: the same in functions, prepared statements, cursors and DO, from a slot that exists
-- as: dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS NULL;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.name IS NULL;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.email IS NULL;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS NULL;
SECURITY LABEL FOR wdd_privacy ON COLUMN orders.note IS NULL;
SECURITY LABEL FOR wdd_privacy ON TABLE orders IS NULL;
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.address IS NULL;
SECURITY LABEL FOR wdd_privacy ON TABLE visits IS NULL;
\endif
SELECT slot_name FROM pg_create_logical_replication_slot('attack_wrapped', 'test_decoding', true);
PREPARE changes AS SELECT data FROM pg_logical_slot_peek_changes('attack_wrapped', NULL, NULL);
\o /dev/null
EXECUTE changes;
\o
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service, ads';
\endif
SET synchronous_commit = on;   -- decoding shows what has been flushed
UPDATE users SET city = 'x' WHERE user_id = 666;
CREATE FUNCTION changes() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER
    AS 'SELECT data FROM pg_catalog.pg_logical_slot_peek_changes(''attack_wrapped'', NULL, NULL)';
EXECUTE changes;
SELECT * FROM changes();
DO $$ DECLARE t text; BEGIN
    FOR t IN EXECUTE 'SELECT data FROM pg_logical_slot_peek_changes(''attack_wrapped'', NULL, NULL)' LOOP RAISE NOTICE '%', t; END LOOP;
END $$;
BEGIN;
DECLARE c CURSOR FOR SELECT data FROM pg_logical_slot_peek_changes('attack_wrapped', NULL, NULL);
FETCH ALL FROM c;
ROLLBACK;
COPY (SELECT data FROM pg_logical_slot_peek_changes('attack_wrapped', NULL, NULL)) TO STDOUT;
SET wdd_privacy.purpose = 'replication';
SELECT data FROM pg_logical_slot_get_changes('attack_wrapped', NULL, NULL);
SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots WHERE slot_name = 'attack_wrapped';
