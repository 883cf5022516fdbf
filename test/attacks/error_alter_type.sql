-- what: ALTER COLUMN TYPE ... USING a cast that fails on every value
-- known: own
-- as: owner
-- expect: ERROR
DELETE FROM users WHERE user_id < 666;
DROP VIEW contacts;
ALTER TABLE users ALTER phone TYPE integer USING (phone || 'x')::integer;
