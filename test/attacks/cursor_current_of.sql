-- what: a cursor stands on the hidden row, and UPDATE ... WHERE CURRENT OF returns and moves it
-- known: own
-- purpose: service
BEGIN;
DECLARE c CURSOR FOR SELECT user_id FROM users WHERE user_id = 666 FOR UPDATE;
FETCH c;
SAVEPOINT a;
UPDATE users SET city = 'x' WHERE CURRENT OF c RETURNING phone;
ROLLBACK TO a;
UPDATE users SET city = phone WHERE CURRENT OF c RETURNING city;
ROLLBACK TO a;
DELETE FROM users WHERE CURRENT OF c RETURNING (SELECT phone);
ROLLBACK;
