-- what: GROUP BY, GROUPING SETS, HAVING, FILTER and DISTINCT over a hidden column
-- known: bypasses.md: small groups, HAVING, FILTER, DISTINCT
-- purpose: service
SELECT max(phone) FROM users GROUP BY GROUPING SETS ((user_id), ()) HAVING user_id = 666;
SELECT phone FROM users GROUP BY CUBE (phone, user_id) HAVING user_id = 666 AND phone IS NOT NULL;
SELECT 'LEAKED' FROM users HAVING count(*) FILTER (WHERE phone LIKE '1390%') > 0;
SELECT DISTINCT ON (city) phone FROM users ORDER BY city DESC, phone;
SELECT count(*) - 20 || ' LEAKED' FROM (SELECT DISTINCT phone FROM users) s HAVING count(*) > 20;
