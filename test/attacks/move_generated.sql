-- what: a generated column without label
-- known: bypasses: generated column from a labelled one
-- as: owner
-- expect: column "stolen" of table "public.users" cannot be used
ALTER TABLE users ADD COLUMN stolen text GENERATED ALWAYS AS (phone) STORED;
SELECT stolen FROM users;
