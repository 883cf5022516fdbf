-- what: ORDER BY a hidden column with LIMIT, and WITH TIES
-- known: bypasses.md: ORDER BY+LIMIT
-- purpose: service
SELECT 'LEAKED' FROM (SELECT user_id FROM users ORDER BY phone DESC LIMIT 1) s WHERE user_id = 666;
SELECT 'LEAKED' FROM (SELECT user_id FROM users ORDER BY phone DESC FETCH FIRST 1 ROW WITH TIES) s WHERE user_id = 666;
SELECT 'LEAKED' FROM generate_series(1, 30) i
    OFFSET 0 LIMIT (SELECT count(*) FROM users WHERE phone LIKE '1390%');
