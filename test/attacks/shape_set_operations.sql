-- what: UNION, INTERSECT and EXCEPT with a guess
-- known: bypasses.md: set operations
-- purpose: service
SELECT 'LEAKED' WHERE EXISTS (SELECT '139' || '00000666' INTERSECT SELECT phone FROM users);
SELECT 'LEAKED' WHERE NOT EXISTS (SELECT '139' || '00000666' EXCEPT ALL SELECT phone FROM users);
SELECT * FROM (SELECT phone, user_id FROM users UNION ALL SELECT 'x', 666) s WHERE user_id = 666;
SELECT 'LEAKED' FROM (SELECT phone FROM users UNION ALL SELECT '139' || '00000666') s GROUP BY phone HAVING count(*) > 1;
