-- what: a name that is not found is shown
-- known: own
-- as: owner
-- expect: may not be computed by function
DROP VIEW contacts;
DELETE FROM users WHERE user_id <> 666;
ALTER TABLE users ALTER phone TYPE text USING phone::regclass::text;
