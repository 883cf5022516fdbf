-- what: a child that renames nothing and adds columns, read as a whole row and through its parent
-- known: own
-- purpose: service
\connect - owner
CREATE TABLE child (extra text) INHERITS (users);
GRANT SELECT, INSERT ON child TO app;
\connect - dba
SET wdd_privacy.purpose = '';
\if :guarded
SELECT wdd.break_glass('fill') \g /dev/null
\endif
BEGIN;
\if :guarded
SELECT wdd.break_glass('fill') \g /dev/null
\endif
INSERT INTO child VALUES (667, 'x', '13900000666', 'x', 'Shanghai', 'more');
COMMIT;
SELECT wdd.register_person(667::bigint), wdd.object_to(667::bigint, 'service') \g /dev/null
\connect - app
SELECT phone FROM users WHERE user_id = 667;
SELECT child FROM child;
SELECT users FROM users WHERE user_id = 667;
SELECT u::users FROM child u;
