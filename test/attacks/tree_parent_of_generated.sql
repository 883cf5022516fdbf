-- what: a generated column, protected as what it is made of, is read through a labelled parent that has it without label
-- known: own
-- as: owner
-- expect: cannot be used through its parent
CREATE TABLE above (LIKE users INCLUDING COMMENTS);
ALTER TABLE above DROP COLUMN phone, DROP COLUMN name, DROP COLUMN email, DROP COLUMN city;
ALTER TABLE above ADD COLUMN copied text;
ALTER TABLE users ADD COLUMN copied text GENERATED ALWAYS AS (phone) STORED;
ALTER TABLE users INHERIT above;
SELECT copied FROM above WHERE user_id = 666;
