-- what: casts that fail in outputs, CASE, aggregates, FILTER, windows and ORDER BY
-- known: error oracles under row security
-- purpose: service
SELECT (phone || 'x')::integer FROM users WHERE user_id = 666;
SELECT CASE WHEN city > '' THEN (phone || 'x')::integer END FROM users WHERE user_id = 666;
SELECT sum((phone || 'x')::integer) FILTER (WHERE user_id = 666) FROM users;
SELECT count(*) FILTER (WHERE (phone || 'x')::integer > 0) FROM users WHERE user_id > 20;
SELECT sum((phone || 'x')::integer) OVER (ORDER BY user_id) FROM users WHERE user_id > 20;
SELECT user_id FROM users WHERE user_id > 20 ORDER BY (phone || 'x')::integer LIMIT 1;
