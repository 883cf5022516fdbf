-- what: correlated sub-selects, several levels deep, that reach the hidden row of the outermost query
-- known: own
-- purpose: service
SELECT (SELECT (SELECT max(u.phone))) FROM users u WHERE user_id = 666;
SELECT (SELECT (SELECT u.phone FROM (SELECT 1) b) FROM (SELECT 1) a) FROM users u WHERE user_id = 666;
SELECT 'LEAKED' FROM users u WHERE user_id = 666 AND EXISTS (SELECT FROM (SELECT u.phone AS p OFFSET 0) s WHERE s.p LIKE '1390%');
SELECT (WITH w AS (SELECT u.phone AS p) SELECT p FROM w) FROM users u WHERE user_id = 666;
SELECT 'LEAKED' FROM users u WHERE (WITH w AS MATERIALIZED (SELECT u.phone AS p) SELECT count(*) FROM w WHERE p LIKE '1390%') > 0;
