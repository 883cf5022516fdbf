-- what: a child leaves its labelled parent and joins one without labels in one command, and is read through that
-- known: own
-- as: owner
CREATE TABLE above (LIKE users INCLUDING COMMENTS);
CREATE TABLE opening (LIKE users);
ALTER TABLE users INHERIT above;
ALTER TABLE users NO INHERIT above, INHERIT opening;
SELECT phone FROM opening WHERE user_id = 666;
