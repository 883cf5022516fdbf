-- what: DELETE USING and UPDATE FROM join the written table with the hidden row of another
-- known: own
-- purpose: service
CREATE TABLE guesses (g text, hit boolean DEFAULT false);
INSERT INTO guesses VALUES ('1389%'), ('1390%');
UPDATE guesses SET hit = true FROM users WHERE phone LIKE g;
SELECT 'LEAKED' FROM guesses WHERE hit AND g = '1390%';
DELETE FROM guesses USING users WHERE phone LIKE g AND g = '1390%';
SELECT 'LEAKED' WHERE NOT EXISTS (SELECT FROM guesses WHERE g = '1390%');
