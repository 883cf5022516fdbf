-- what: state a purpose that is not granted by every way there is to set a setting
-- known: settings are claims
-- as: analyst
SET wdd_privacy.purpose = 'service';
SELECT phone FROM users WHERE user_id = 666;
SELECT set_config('wdd_privacy.purpose', 'backup', false);
SELECT phone FROM users WHERE user_id = 666;
UPDATE pg_settings SET setting = 'backup' WHERE name = 'wdd_privacy.purpose';
SELECT phone FROM users WHERE user_id = 666;
ALTER ROLE analyst IN DATABASE :"DBNAME" SET wdd_privacy.purpose = 'backup';
\c
SELECT phone FROM users WHERE user_id = 666;
\! PGOPTIONS='-c wdd_privacy.purpose=backup' psql -XAt -c 'SELECT phone FROM users WHERE user_id = 666'
\! psql -XAt "options='-c wdd_privacy.purpose=replication -c wdd_privacy.case_reference=1'" -c 'SELECT phone FROM users WHERE user_id = 666'
\! PGOPTIONS='-c wdd_privacy.glass_broken=on -c wdd_privacy.parallel_state=x' psql -XAt -c 'SELECT phone FROM users WHERE user_id = 666'
\! PGOPTIONS='-c wdd_privacy.glass_broken=on' psql -XAt -c 'SELECT phone FROM users WHERE user_id = 666'
SET wdd_privacy.glass_broken = on;
SELECT phone FROM users WHERE user_id = 666;
