-- what: a row whose subject is NULL
-- known: bypasses.md: Subject with many rows/NULL subject
-- purpose: service
\connect - dba
SET wdd_privacy.purpose = '';
SET client_min_messages = error;
BEGIN;
SELECT wdd.break_glass('fill') \g /dev/null
UPDATE visits SET user_id = NULL WHERE user_id = 666;
COMMIT;
\connect - app
SELECT address FROM visits WHERE user_id IS NULL;
