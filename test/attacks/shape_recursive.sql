-- what: recursive queries, with SEARCH and CYCLE
-- known: bypasses.md: recursive CTE
-- purpose: service
WITH RECURSIVE r (id, p, n) AS (
    SELECT user_id, phone, 1 FROM users WHERE user_id = 666
    UNION ALL SELECT id, p, n + 1 FROM r WHERE n < 3)
    SEARCH DEPTH FIRST BY p SET path CYCLE n SET done USING seen
SELECT path, seen FROM r;
WITH RECURSIVE r (id, p) AS (
    SELECT 666::bigint, NULL::text
    UNION SELECT u.user_id, u.phone FROM r JOIN users u ON u.user_id = r.id)
SELECT p FROM r;
