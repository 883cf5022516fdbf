-- what: a child of a labelled parent gets a second one without labels, and is read through that
-- known: own
-- as: owner
CREATE TABLE above (LIKE users INCLUDING COMMENTS);
CREATE TABLE opening (LIKE users);
ALTER TABLE users INHERIT above;
ALTER TABLE users INHERIT opening;
SELECT phone FROM opening WHERE user_id = 666;
