-- what: MERGE asks about a hidden row in a sub-select of an action's condition, and stores its value by another
-- known: own
-- purpose: service
CREATE TABLE mine (id bigint);
INSERT INTO mine VALUES (666);
MERGE INTO users USING mine ON user_id = id
    WHEN MATCHED AND (SELECT phone) LIKE '1390%' THEN UPDATE SET city = 'guessed';
MERGE INTO users USING mine ON user_id = id
    WHEN MATCHED THEN UPDATE SET city = (SELECT phone);
SELECT CASE WHEN city = 'guessed' THEN 'LEAKED' ELSE city END FROM users WHERE user_id = 666;
