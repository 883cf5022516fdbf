-- what: MERGE into a table without label
-- known: CVE-2023-39418, bypasses: MERGE
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TABLE stolen (user_id bigint, phone text);
MERGE INTO stolen s USING users u ON u.user_id = s.user_id WHEN NOT MATCHED THEN INSERT VALUES (u.user_id, u.phone);
GRANT SELECT ON stolen TO analyst;
\connect - analyst
SELECT phone FROM stolen;
