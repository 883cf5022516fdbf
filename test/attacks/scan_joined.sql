-- what: merge, hash and nested-loop joins, memoized and of a table with itself
-- known: own
-- purpose: service
SET enable_hashjoin = off;
SELECT a.phone FROM users a JOIN users b ON a.phone = b.phone AND b.user_id = 666;
SET enable_mergejoin = off;
SELECT u.phone FROM orders o JOIN users u USING (user_id) WHERE o.order_id = 6660;
SELECT 'LEAKED' FROM orders o WHERE o.user_id = 666 AND EXISTS (SELECT FROM users u WHERE u.user_id = o.user_id AND u.phone LIKE '1390%');
SET enable_nestloop = off;
SET enable_hashjoin = on;
SELECT u.phone FROM orders o FULL JOIN users u USING (user_id) WHERE user_id = 666;
SELECT u.phone FROM users u RIGHT JOIN orders o ON u.user_id = o.user_id AND o.user_id = 666;
