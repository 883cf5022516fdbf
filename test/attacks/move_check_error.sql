-- what: an error while a constraint is checked shows the value
-- as: owner
ALTER TABLE users ADD CONSTRAINT stolen CHECK (user_id <> 666 OR phone::smallint > 0);
