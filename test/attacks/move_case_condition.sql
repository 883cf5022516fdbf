-- what: a value spelt out by the conditions of CASE
-- known: own
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen (user_id bigint, i integer, digit integer);
INSERT INTO stolen SELECT user_id, i, CASE substr(phone, i, 1) WHEN '0' THEN 0 WHEN '1' THEN 1 WHEN '3' THEN 3 WHEN '6' THEN 6 WHEN '9' THEN 9 END
    FROM users, generate_series(1, 11) i;
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT string_agg(digit::text, '' ORDER BY i) FROM stolen WHERE user_id = 666;
