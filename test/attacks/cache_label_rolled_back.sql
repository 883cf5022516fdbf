-- what: a label is taken away within a savepoint that is rolled back, with a plan made in between
-- known: own
-- as: dba
-- expect: cannot be used without a purpose
PREPARE q AS SELECT phone FROM users WHERE user_id = 666;
BEGIN;
SAVEPOINT s;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS NULL;
\o /dev/null
EXECUTE q;
\o
\endif
ROLLBACK TO s;
EXECUTE q;
ROLLBACK;
EXECUTE q;
