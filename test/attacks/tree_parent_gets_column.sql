-- what: a labelled parent, whose labels came with LIKE, is given the column that only its child has, and is read
-- known: own
-- as: owner
-- expect: cannot be used through its parent
CREATE TABLE above (LIKE users INCLUDING COMMENTS);
ALTER TABLE above DROP COLUMN phone, DROP COLUMN name, DROP COLUMN email, DROP COLUMN city;
ALTER TABLE users INHERIT above;
ALTER TABLE above ADD COLUMN phone text;
SELECT phone FROM above WHERE user_id = 666;
