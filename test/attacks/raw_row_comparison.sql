-- what: compare whole rows, and parts of them, with a guess
-- purpose: ads
SELECT 'LEAKED' FROM users u WHERE (u.user_id, u.phone) = (666, '13900000666');
SELECT 'LEAKED' FROM users u WHERE (u.user_id, u.phone) >= (666, '139') AND u.user_id < 667;
SELECT 'LEAKED' FROM users u WHERE ROW(u.user_id, u.phone) IS NOT DISTINCT FROM ROW(666, '13900000666');
SELECT 'LEAKED' FROM users u WHERE (u.phone) IN (SELECT '13900000666') AND user_id = 666;
SELECT 'LEAKED' FROM users NATURAL JOIN (SELECT bigint '666' AS user_id, '13900000666' AS phone) g;
SELECT 'LEAKED' FROM users JOIN (SELECT '13900000666' AS phone) g USING (phone);
SELECT 'LEAKED' FROM users u WHERE u = (SELECT v FROM users v WHERE v.user_id = 666);
