-- what: a plan made under purpose self for one person, run for another purpose and person
-- known: own
-- purpose: service
\connect - dba
SELECT wdd.grant_purpose('self', 'app') \g /dev/null
\connect - app
SET plan_cache_mode = force_generic_plan;
SET wdd_privacy.purpose = 'self';
SET wdd_privacy.subject = '1';
PREPARE p AS SELECT user_id, phone FROM users WHERE user_id IN (1, 666);
PREPARE q AS SELECT count(*) FROM users;
EXECUTE p;
SELECT CASE WHEN count(*) = 21 THEN 'LEAKED: all rows are there' END FROM users;
SET wdd_privacy.purpose = 'service';
EXECUTE p;
