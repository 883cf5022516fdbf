-- what: an error while an index is built shows the value
-- known: own
-- as: owner
-- expect: The values are not shown
CREATE INDEX stolen ON users ((phone::smallint)) WHERE user_id = 666;
