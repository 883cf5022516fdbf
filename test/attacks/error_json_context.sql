-- what: DETAIL and CONTEXT of an error in JSON show the text around
-- known: own
-- as: owner
-- expect: ERROR
ALTER TABLE users ADD CONSTRAINT j CHECK (('{"phone": ' || phone || ' x}')::json IS NOT NULL) NOT VALID;
UPDATE users SET city = 'x' WHERE user_id = 666;
