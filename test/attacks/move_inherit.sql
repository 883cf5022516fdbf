-- what: the table becomes the child of one without label
-- known: own
-- as: owner
-- expect: cannot become a child
CREATE TABLE above (phone text);
ALTER TABLE users INHERIT above;
SELECT phone FROM above;
