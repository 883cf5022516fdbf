-- what: ALTER TYPE ... USING the whole row
-- known: own
-- as: owner
-- expect: may not be computed from column
DROP VIEW contacts;
ALTER TABLE users ALTER city TYPE text USING (users.*)::text;
SELECT city FROM users;
