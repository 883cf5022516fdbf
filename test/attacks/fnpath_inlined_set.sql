-- what: set-returning SQL functions that the planner inlines, nested, with arguments, in a sub-select
-- known: design: a set-returning SQL function is inlined after planner_hook
-- purpose: service
CREATE FUNCTION inner_one(bigint) RETURNS SETOF users LANGUAGE sql STABLE AS $$ SELECT * FROM users WHERE user_id = $1 $$;
CREATE FUNCTION outer_one(bigint) RETURNS TABLE (p text) LANGUAGE sql STABLE AS $$ SELECT phone FROM inner_one($1) $$;
SELECT phone FROM inner_one(666);
SELECT p FROM outer_one(666);
SELECT (SELECT p FROM outer_one(o.user_id)) FROM orders o WHERE o.user_id = 666;
SELECT p FROM orders o, LATERAL outer_one(o.user_id) WHERE o.user_id = 666;
SELECT outer_one(666);
WITH w AS (SELECT * FROM outer_one(666)) SELECT p FROM w;
