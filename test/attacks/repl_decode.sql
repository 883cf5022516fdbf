-- what: decode the log of changes by SQL functions
-- known: logical decoding knows no row security
-- as: dba
SELECT slot_name FROM pg_create_logical_replication_slot('attack_decode', 'test_decoding', true);
SET synchronous_commit = on;   -- decoding shows what has been flushed
UPDATE users SET city = 'x' WHERE user_id = 666;
SELECT data FROM pg_logical_slot_peek_changes('attack_decode', NULL, NULL);
SELECT encode(data, 'escape') FROM pg_logical_slot_peek_binary_changes('attack_decode', NULL, NULL);
SELECT (pg_logical_slot_get_changes('attack_decode', NULL, NULL)).data;
SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots WHERE slot_name = 'attack_decode';
