-- what: the hidden row by its place
-- known: bypasses.md: System columns ctid/xmin/tableoid
-- purpose: service
SELECT phone FROM users WHERE ctid = (SELECT ctid FROM users WHERE user_id = 666);
SELECT phone FROM users WHERE ctid = ANY (ARRAY(SELECT ctid FROM users WHERE user_id = 666));
SELECT phone FROM users WHERE ctid > '(0,20)';
SELECT a.phone FROM users a JOIN users b ON a.ctid = b.ctid WHERE b.user_id = 666;
