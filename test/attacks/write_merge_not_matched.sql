-- what: MERGE inserts what it finds in the hidden row of its source
-- known: own
-- purpose: service
CREATE TABLE mine (id bigint, v text);
MERGE INTO mine USING users ON user_id = id WHEN NOT MATCHED THEN INSERT VALUES (user_id, phone);
MERGE INTO mine USING (SELECT user_id AS u, 'LEAKED'::text AS g FROM users WHERE phone LIKE '1390%') s ON u = id WHEN NOT MATCHED THEN INSERT VALUES (u, g);
SELECT v FROM mine;
