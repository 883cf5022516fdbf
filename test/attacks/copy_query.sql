-- what: COPY of a query, and of what a write returns
-- known: own
-- purpose: service
COPY (SELECT phone FROM users WHERE user_id = 666) TO STDOUT;
COPY (UPDATE users SET city = 'x' WHERE user_id = 666 RETURNING phone) TO STDOUT;
COPY (DELETE FROM users WHERE user_id = 666 RETURNING *) TO STDOUT;
