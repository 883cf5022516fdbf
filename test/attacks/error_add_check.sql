-- what: ALTER TABLE ADD CHECK evaluates an expression over all rows, and reports the one it cannot convert
-- known: own
-- as: owner
-- expect: ERROR
ALTER TABLE users ADD CHECK (user_id <> 666 OR (phone || 'x')::integer > 0);
