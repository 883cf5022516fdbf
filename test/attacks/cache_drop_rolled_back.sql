-- what: the extension is dropped in a transaction, and in a savepoint, that is rolled back after a query has seen it gone
-- known: own
-- as: dba
-- expect: cannot be used without a purpose
SET client_min_messages = error;
BEGIN;
DROP EXTENSION wdd_privacy CASCADE;
SELECT count(*) FROM users;
ROLLBACK;
SELECT phone FROM users WHERE user_id = 666;
\connect - dba
SET client_min_messages = error;
BEGIN;
SAVEPOINT s;
DROP EXTENSION wdd_privacy CASCADE;
SELECT count(*) FROM users;
ROLLBACK TO s;
SELECT phone FROM users WHERE user_id = 666;
COMMIT;
