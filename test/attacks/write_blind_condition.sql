-- what: the count of rows that an UPDATE or DELETE with a guess touches
-- known: bypasses.md: blind write oracle
-- purpose: service
UPDATE users SET city = 'guessed' WHERE phone LIKE '1390%';
DELETE FROM visits WHERE address LIKE '%1390%';
SELECT 'LEAKED' FROM users WHERE city = 'guessed';
SELECT 'LEAKED' WHERE (SELECT count(*) FROM visits) < 42;
