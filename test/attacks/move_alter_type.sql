-- what: ALTER TYPE ... USING another column
-- known: bypasses: SET DATA TYPE USING
-- as: owner
-- expect: may not be computed from column "phone"
DROP VIEW contacts;
ALTER TABLE users ALTER city TYPE text USING phone;
SELECT city FROM users;
