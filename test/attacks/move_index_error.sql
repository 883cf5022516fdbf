-- what: an error while an index is built shows the value
-- known: own
-- as: owner
-- expect: cannot be applied to a stored row
CREATE INDEX stolen ON users ((phone::smallint)) WHERE user_id = 666;
