-- what: a writing CTE whose RETURNING is stored
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen (user_id bigint, phone text);
WITH d AS (DELETE FROM visits WHERE user_id = 666 RETURNING user_id, address) INSERT INTO stolen SELECT * FROM d;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
