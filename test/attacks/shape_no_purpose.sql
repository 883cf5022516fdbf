-- what: uses without a purpose that need no output: in a condition, an order, a join, an EXISTS, an empty result
-- known: own
-- expect: cannot be used without a purpose
SELECT 'LEAKED' FROM users WHERE phone LIKE '1390%';
SELECT 'LEAKED' FROM (SELECT user_id FROM users ORDER BY phone DESC LIMIT 1) s WHERE user_id = 666;
SELECT 'LEAKED' FROM users a JOIN users b USING (phone) WHERE a.user_id = 666;
SELECT 'LEAKED' WHERE EXISTS (SELECT FROM users WHERE phone LIKE '1390%');
SELECT phone FROM users LIMIT 0;
