-- what: an unlabelled parent is set above the labelled table, and read
-- known: own
-- as: owner
CREATE TABLE above (user_id bigint, phone text);
ALTER TABLE users INHERIT above;
SELECT phone FROM above WHERE user_id = 666;
