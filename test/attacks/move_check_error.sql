-- what: an error while a constraint is checked shows the value
-- known: own
-- as: owner
-- expect: The values are not shown
ALTER TABLE users ADD CONSTRAINT stolen CHECK (user_id <> 666 OR phone::smallint > 0);
