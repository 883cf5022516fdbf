-- what: window functions over and ordered by a hidden column
-- known: bypasses.md: window functions
-- purpose: service
SELECT last_value(phone) OVER (ORDER BY user_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM users WHERE user_id = 666;
SELECT lag(phone) OVER w FROM (SELECT user_id, phone FROM users UNION ALL SELECT 999, NULL) u WINDOW w AS (ORDER BY user_id);
SELECT CASE WHEN rank = 21 THEN 'LEAKED: the last of all' END
    FROM (SELECT user_id, rank() OVER (ORDER BY phone) FROM users) r WHERE user_id = 666;
