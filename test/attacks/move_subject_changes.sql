-- what: the row is copied under the subject of a person who permits
-- known: own
-- as: app
-- expect: not tied to the person
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
SET wdd_privacy.purpose = 'backup';
INSERT INTO visits SELECT 1, day, address FROM visits WHERE user_id = 666;
SET wdd_privacy.purpose = 'service';
SELECT address FROM visits WHERE user_id = 1;
