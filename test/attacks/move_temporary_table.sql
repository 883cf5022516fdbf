-- what: CREATE TEMP TABLE AS, then reading it without a purpose
-- known: bypasses: temp table copy then free reading
-- as: app
-- purpose: backup
-- expect: may not be copied
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
CREATE TEMP TABLE stolen AS SELECT phone FROM users;
SELECT phone FROM stolen;
