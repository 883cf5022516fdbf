-- what: types that are languages call a value that they cannot parse a syntax error, and show it: in a constraint, a generated column
-- known: own
-- as: owner
ALTER TABLE users ADD CONSTRAINT parses CHECK (user_id < 600 OR phone::jsonpath IS NOT NULL AND (phone || ' (')::tsquery IS NOT NULL);
ALTER TABLE users ADD COLUMN parsed tsquery GENERATED ALWAYS AS (CASE WHEN user_id > 600 THEN (phone || ' (')::tsquery END) STORED;
CREATE INDEX ON users (((phone || ' (')::tsquery)) WHERE user_id > 600;
ALTER TABLE users ADD CONSTRAINT parses CHECK ((phone || ' (')::tsquery IS NOT NULL) NOT VALID;
\connect - app
SET wdd_privacy.purpose = 'service';
UPDATE users SET city = 'Beijing' WHERE user_id = 666;
