-- what: an error while an index is built shows the value
-- known: own
-- as: owner
-- expect: an expression fails for a value
CREATE INDEX stolen ON users ((phone::smallint)) WHERE user_id = 666;
