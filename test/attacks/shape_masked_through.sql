-- what: the real value of a masked column through sub-queries, WITH, views, unions and aggregates
-- known: own
-- purpose: service
CREATE VIEW named AS SELECT user_id, name AS n, length(name) AS l FROM users;
SELECT 'LEAKED' FROM named WHERE user_id = 666 AND n = '秘密';
SELECT 'LEAKED' FROM (SELECT user_id AS i, name AS n FROM users OFFSET 0) s WHERE i = 666 AND n = '秘密';
WITH w AS MATERIALIZED (SELECT * FROM users) SELECT 'LEAKED' FROM w WHERE user_id = 666 AND name = '秘密';
SELECT 'LEAKED' FROM (SELECT user_id, name FROM users UNION ALL SELECT 0, '') s WHERE user_id = 666 AND name = '秘密';
SELECT 'LEAKED' FROM (SELECT max(name) AS m FROM users WHERE user_id = 666) s WHERE m = '秘密';
SELECT 'LEAKED' FROM users u WHERE user_id = 666 AND u::text LIKE '%秘密%';
SELECT 'LEAKED' FROM users u WHERE user_id = 666 AND (u).name = '秘密';
SELECT 'LEAKED' FROM users a JOIN users b USING (name) WHERE a.user_id = 666 AND name = '秘密';
SELECT 'LEAKED' FROM (SELECT (SELECT u.name) AS n FROM users u WHERE user_id = 666) s WHERE n = '秘密';
