-- what: the row as one value, as text, as JSON, in a row constructor, and a field taken out of it
-- known: bypasses.md: Whole-row Var
-- purpose: service
SELECT u FROM users u WHERE user_id = 666;
SELECT u::text FROM users u WHERE user_id = 666;
SELECT to_jsonb(u) FROM users u WHERE user_id = 666;
SELECT ROW(u.*)::text FROM users u WHERE user_id = 666;
SELECT (u).phone FROM users u WHERE user_id = 666;
SELECT count(*), max(u::text) FROM (SELECT users FROM users) AS s (u);
