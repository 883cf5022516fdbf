-- what: incremental sorts, hashed and sorted aggregates, and compiled expressions
-- known: own
-- purpose: service
SET jit_above_cost = 0;
SET jit_inline_above_cost = 0;
SET jit_optimize_above_cost = 0;
SELECT phone FROM users ORDER BY user_id, phone DESC;
SET enable_hashagg = off;
SELECT phone, count(*) FROM users GROUP BY phone ORDER BY 1 DESC LIMIT 1;
SELECT reverse(max(reverse(phone))) FROM users WHERE phone LIKE '139%' GROUP BY user_id;
