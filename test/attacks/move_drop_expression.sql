-- what: a generated column becomes an ordinary one, and keeps its values
-- known: own
-- as: owner
-- expect: may not lose its expression
ALTER TABLE users ADD COLUMN stolen text GENERATED ALWAYS AS (phone) STORED;
ALTER TABLE users ALTER stolen DROP EXPRESSION;
SELECT stolen FROM users;
