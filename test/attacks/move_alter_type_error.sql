-- what: an error while a column is converted shows the value
-- known: own
-- as: owner
-- expect: The values are not shown
DROP VIEW contacts;
DELETE FROM users WHERE user_id <> 666;
ALTER TABLE users ALTER phone TYPE smallint USING phone::smallint;
