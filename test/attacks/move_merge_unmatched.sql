-- what: MERGE inserts the hidden row's value for another person, whom its condition names, which such a row does not fulfil
-- known: own
-- as: app
-- expect: not tied to the person
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
\connect - app
SET wdd_privacy.purpose = 'backup';
MERGE INTO orders o USING (SELECT user_id, note FROM orders WHERE user_id = 666) s ON s.user_id = 5
    WHEN NOT MATCHED THEN INSERT (order_id, user_id, note) VALUES (7777, 5, s.note);
SET wdd_privacy.purpose = 'service';
SELECT note FROM orders WHERE user_id = 5;
