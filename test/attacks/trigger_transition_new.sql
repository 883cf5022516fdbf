-- what: NEW TABLE of an UPDATE shows the columns that the UPDATE did not touch
-- known: bypasses, transition tables
-- purpose: service
-- expect: transition table "now" holds rows of a protected table
CREATE TABLE loot (t text);
GRANT ALL ON loot TO PUBLIC;
CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO loot SELECT now::text FROM now; RETURN NULL; END $$;
CREATE TRIGGER take AFTER UPDATE ON users REFERENCING NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION take();
UPDATE users SET city = 'x' WHERE user_id = 666;
SELECT * FROM loot;
