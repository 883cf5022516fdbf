-- what: a new column's CHECK asks for another column of every row
-- known: own
-- as: owner
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
ALTER TABLE users ADD COLUMN extra int CHECK (shout(phone));
CREATE TABLE child (CHECK (shout(phone))) INHERITS (users);
INSERT INTO child (user_id, city) VALUES (1, 'x');
