-- what: cursors that scroll, move, go backward, and are held after the transaction
-- known: bypasses.md: suspended portal
-- purpose: service
BEGIN;
DECLARE a SCROLL CURSOR FOR SELECT phone FROM users ORDER BY user_id;
MOVE LAST IN a;
FETCH RELATIVE 0 FROM a;
FETCH BACKWARD 2 FROM a;
FETCH ABSOLUTE 21 FROM a;
DECLARE b CURSOR WITH HOLD FOR SELECT phone FROM users;
COMMIT;
FETCH ALL FROM b;
