-- what: recursive CTEs with SEARCH and CYCLE, and set operations
-- purpose: ads
WITH RECURSIVE r AS (
    SELECT user_id, phone FROM users WHERE user_id > 100
    UNION ALL SELECT r.user_id, r.phone FROM r WHERE false
) SEARCH DEPTH FIRST BY phone SET seq CYCLE phone SET is_cycle USING path
SELECT user_id, seq, path FROM r;
WITH RECURSIVE r (i, p) AS (
    SELECT 0, NULL::text UNION ALL
    SELECT i + 1, (SELECT max(phone) FROM users) FROM r WHERE i < 2
) SELECT * FROM r;
SELECT phone FROM users EXCEPT SELECT phone FROM users WHERE user_id < 100;
SELECT phone FROM users INTERSECT SELECT phone FROM users;
(TABLE users) UNION ALL (TABLE users);
VALUES ((SELECT max(phone) FROM users));
