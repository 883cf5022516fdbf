-- what: the table becomes a partition of one without label
-- known: own
-- as: owner
-- expect: cannot become a child
CREATE TABLE above (user_id bigint, name text, phone text, email text, city text) PARTITION BY RANGE (user_id);
ALTER TABLE above ATTACH PARTITION users DEFAULT;
SELECT phone FROM above;
