-- what: a purpose that outlives DISCARD ALL, RESET ALL, SET LOCAL or a savepoint
-- known: poolers hand the session to the next client
-- as: app
SET wdd_privacy.purpose = 'ads';
DISCARD ALL;
SELECT phone FROM users LIMIT 1;
SELECT 'LEAKED' WHERE current_setting('wdd_privacy.purpose') <> '';
SELECT phone FROM users WHERE user_id = 666;
SET wdd_privacy.purpose = 'ads';
RESET ALL;
SELECT phone FROM users WHERE user_id = 666;
BEGIN;
SET LOCAL wdd_privacy.purpose = 'service';
COMMIT;
SELECT phone FROM users WHERE user_id = 666;
BEGIN;
SAVEPOINT s;
SET wdd_privacy.purpose = 'service';
ROLLBACK TO s;
SELECT phone FROM users WHERE user_id = 666;
COMMIT;
