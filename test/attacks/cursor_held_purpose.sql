-- what: a cursor WITH HOLD that is opened under a purpose that sees less, and read under another
-- known: own
-- purpose: service
\connect - dba
SELECT wdd.grant_purpose('self', 'app') \g /dev/null
\connect - app
BEGIN;
SET LOCAL wdd_privacy.purpose = 'ads';
DECLARE h CURSOR WITH HOLD FOR SELECT phone FROM users;
SET LOCAL wdd_privacy.purpose = 'service';
COMMIT;
SET wdd_privacy.purpose = 'service';
FETCH ALL FROM h;
