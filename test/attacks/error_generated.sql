-- what: a generated column whose expression fails on every value
-- known: own
-- as: owner
-- expect: ERROR
DELETE FROM users WHERE user_id < 666;
ALTER TABLE users ADD COLUMN g integer GENERATED ALWAYS AS ((phone || 'x')::integer) STORED;
