-- what: a constraint that is not validated is checked when another column of the row is written
-- expect: value "[.]{3}" is out of range
-- known: own
-- as: owner
ALTER TABLE users ADD CONSTRAINT stolen CHECK (user_id <> 666 OR phone::smallint > 0) NOT VALID;
\connect - app
UPDATE users SET city = city WHERE user_id = 666;
