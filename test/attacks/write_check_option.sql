-- what: the check option of a view tells whether the hidden row that ON CONFLICT updates fulfils a guess
-- known: own
-- purpose: service
CREATE VIEW guess AS SELECT user_id, city, phone FROM users WHERE phone LIKE '1390%' WITH CHECK OPTION;
\set VERBOSITY terse
INSERT INTO guess (user_id, city) VALUES (666, 'guessed') ON CONFLICT (user_id) DO UPDATE SET city = 'guessed';
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND city = 'guessed';
