-- what: the labelled column and another exchange names
-- known: own
-- as: owner
-- expect: column "city" of table "public.users" cannot be used
ALTER TABLE users RENAME phone TO x;
ALTER TABLE users RENAME city TO phone;
ALTER TABLE users RENAME x TO city;
SELECT city FROM users;
