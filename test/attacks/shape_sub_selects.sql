-- what: EXISTS, IN, ANY, ALL, scalar and row sub-selects with a guess
-- known: own
-- purpose: service
SELECT 'LEAKED' WHERE EXISTS (SELECT FROM users WHERE phone LIKE '1390%');
SELECT 'LEAKED' WHERE '139' || '00000666' IN (SELECT phone FROM users);
SELECT 'LEAKED' WHERE NOT '1390' > ALL (SELECT phone FROM users);
SELECT 'LEAKED' WHERE '1390' < ANY (SELECT phone FROM users);
SELECT 'LEAKED' WHERE (666, '139' || '00000666') = (SELECT user_id, phone FROM users WHERE user_id = 666);
SELECT (SELECT phone FROM users WHERE user_id = 666);
SELECT ARRAY(SELECT phone FROM users WHERE user_id = 666);
SELECT CASE WHEN EXISTS (SELECT FROM users WHERE phone LIKE '1390%') THEN 'LEAKED' END;
