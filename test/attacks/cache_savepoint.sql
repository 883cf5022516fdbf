-- what: savepoints around a change of purpose
-- known: own
-- purpose: service
BEGIN;
SAVEPOINT a;
SET LOCAL wdd_privacy.purpose = 'ads';
ROLLBACK TO a;
SELECT phone FROM users WHERE user_id = 666;
SAVEPOINT b;
SET LOCAL wdd_privacy.purpose = '';
RELEASE b;
SELECT phone FROM users WHERE user_id = 666;
ROLLBACK;
SELECT phone FROM users WHERE user_id = 666;
