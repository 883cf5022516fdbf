-- what: a check constraint, not validated, that fails on a hidden row with its value in the message
-- known: CVE-2014-8161
-- as: owner
-- expect: value "..." is out of range for type ...
ALTER TABLE users ADD CONSTRAINT small CHECK ((phone || 'x')::integer > 0) NOT VALID;
UPDATE users SET city = 'x' WHERE user_id = 666;
