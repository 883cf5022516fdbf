-- what: FOR UPDATE, SKIP LOCKED and FOR KEY SHARE with a guess
-- known: own
-- purpose: service
SELECT 'LEAKED' FROM users WHERE phone LIKE '1390%' FOR UPDATE;
SELECT phone FROM users WHERE user_id = 666 FOR NO KEY UPDATE SKIP LOCKED;
SELECT 'LEAKED' FROM users WHERE phone LIKE '1390%' FOR KEY SHARE NOWAIT;
SELECT (SELECT phone FROM users WHERE user_id = o.user_id FOR SHARE) FROM orders o WHERE o.user_id = 666;
