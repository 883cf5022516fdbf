-- what: a sample of all rows
-- known: bypasses.md: TABLESAMPLE
-- purpose: service
SELECT phone FROM users TABLESAMPLE bernoulli (100) WHERE user_id = 666;
SELECT phone FROM users TABLESAMPLE system (100) REPEATABLE (1) WHERE user_id = 666;
