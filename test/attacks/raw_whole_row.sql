-- what: labelled columns within a value of the whole row
-- known: naive walkers see attribute 0
-- purpose: ads
SELECT u FROM users u WHERE user_id = 666;
SELECT u::text FROM users u WHERE user_id = 666;
SELECT ROW(u.*) FROM users u WHERE user_id = 666;
SELECT to_jsonb(u) FROM users u WHERE user_id = 666;
SELECT row_to_json(u) FROM users u WHERE user_id = 666;
SELECT json_agg(u) FROM users u WHERE user_id = 666;
SELECT array_agg(u) FROM users u WHERE user_id = 666;
SELECT (u).phone FROM (SELECT u FROM users u) u (u) WHERE (u).user_id = 666;
SELECT users FROM users WHERE user_id = 666;
SELECT hashtext(u::text), u IS NOT NULL FROM users u WHERE u::text LIKE '%13900000666%';
