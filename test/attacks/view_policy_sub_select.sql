-- what: a policy of an unlabelled table shows its rows by what a hidden row holds
-- known: own
-- purpose: service
CREATE TABLE answers (guess text);
INSERT INTO answers VALUES ('1390');
CREATE POLICY p ON answers USING (EXISTS (SELECT FROM users u WHERE u.phone LIKE guess || '%'));
ALTER TABLE answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE answers FORCE ROW LEVEL SECURITY;
SELECT 'LEAKED' FROM answers;
