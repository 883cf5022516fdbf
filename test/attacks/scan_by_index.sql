-- what: index, index-only and bitmap scans, several indexes together, and min and max by an index
-- known: own
-- purpose: service
\connect - owner
CREATE INDEX covering ON users (user_id) INCLUDE (phone);
\connect - app
SET enable_seqscan = off;
SELECT phone FROM users WHERE user_id = 666;
SELECT max(phone) FROM users;
SELECT phone FROM users ORDER BY phone DESC LIMIT 1;
SELECT 'LEAKED' FROM users WHERE phone LIKE '1390%';
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SELECT phone FROM users WHERE user_id = 666 OR phone = '13900000666';
SELECT 'LEAKED' FROM users WHERE phone > '1390' AND user_id > 600;
