-- what: tsvector_update_trigger(), PostgreSQL's own, copies a labelled column into one without a label
-- known: own
-- as: owner
-- expect: row trigger "index_phone" may not see
ALTER TABLE users ADD COLUMN words tsvector;
CREATE TRIGGER index_phone BEFORE UPDATE ON users FOR EACH ROW
    EXECUTE FUNCTION tsvector_update_trigger('words', 'pg_catalog.simple', 'city', 'phone');
UPDATE users SET city = 'x' WHERE user_id = 666;
SELECT words FROM users WHERE user_id = 666;
