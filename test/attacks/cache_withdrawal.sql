-- what: a kept plan, and a REPEATABLE READ transaction, read on after a person withdrew
-- known: bypasses.md: Long-running snapshot
-- as: app
-- purpose: service
\connect - dba
INSERT INTO users (user_id) VALUES (21);
SELECT wdd.register_person(21::bigint) \g /dev/null
\if :guarded
SELECT wdd.break_glass('fill') \g /dev/null
\endif
BEGIN;
\if :guarded
SELECT wdd.break_glass('fill') \g /dev/null
\endif
UPDATE users SET phone = 'LEAKED: phone of 21' WHERE user_id = 21;
COMMIT;
\connect - app
SET plan_cache_mode = force_generic_plan;
PREPARE p AS SELECT phone FROM users WHERE user_id = 21;
EXECUTE p \g /dev/null
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(phone) FROM users \g /dev/null
\! psql -XAtq -U dba -c "SELECT wdd.object_to(21::bigint, 'service')" -o /dev/null
EXECUTE p;
SELECT phone FROM users WHERE user_id = 21;
COMMIT;
EXECUTE p;
