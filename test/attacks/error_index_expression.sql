-- what: CREATE INDEX on an expression that fails on every value
-- known: own
-- as: owner
-- expect: ERROR
DELETE FROM users WHERE user_id < 666;
CREATE INDEX ON users (((phone || 'x')::integer));
