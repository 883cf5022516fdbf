-- what: aggregates that give the value itself, ordered ones, and those with direct arguments
-- known: bypasses.md: min/max, array_agg, percentile, mode
-- purpose: service
SELECT max(phone) FROM users;
SELECT array_agg(phone) FROM users WHERE user_id = 666;
SELECT string_agg(DISTINCT phone, ',' ORDER BY phone) FROM users;
SELECT json_object_agg(user_id, phone) FROM users;
SELECT percentile_disc(1) WITHIN GROUP (ORDER BY phone) FROM users;
SELECT mode() WITHIN GROUP (ORDER BY phone DESC) FROM users WHERE city = 'Shanghai';
SELECT CASE WHEN cume_dist('1390') WITHIN GROUP (ORDER BY phone) < 1 THEN 'LEAKED' END FROM users;
