-- what: nextval counts the rows that fulfil a guess
-- known: own
-- purpose: service
CREATE SEQUENCE s;
SELECT 1 FROM users WHERE phone LIKE '1390%' AND nextval('s') > 0;
SELECT 1 FROM users WHERE CASE WHEN phone LIKE '1390%' THEN nextval('s') > 0 END;
SELECT 'LEAKED' FROM s WHERE is_called;
