-- what: sample all rows
-- purpose: ads
SELECT phone FROM users TABLESAMPLE system (100) WHERE user_id = 666;
SELECT phone FROM users TABLESAMPLE bernoulli (100) REPEATABLE (1) WHERE user_id > 100;
SELECT phone FROM ONLY users TABLESAMPLE system (100);
