-- what: an error while an index is built shows the value
-- as: owner
CREATE INDEX stolen ON users ((phone::smallint)) WHERE user_id = 666;
