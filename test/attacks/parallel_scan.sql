-- what: parallel scans, joins and aggregates
-- known: own
-- purpose: service
SET force_parallel_mode = on;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;
SELECT phone FROM users WHERE user_id = 666;
SELECT max(phone) FROM users;
SELECT max(phone || coalesce(note, '')) FROM users JOIN orders USING (user_id);
SELECT max(address) FROM visits;
SELECT phone FROM users WHERE phone = (SELECT max(phone) FROM users);
