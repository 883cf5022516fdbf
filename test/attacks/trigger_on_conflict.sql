-- what: ON CONFLICT DO UPDATE finds a hidden row and hands it to an UPDATE trigger
-- known: design, ON CONFLICT
-- purpose: service
-- expect: row trigger "tell" may not see
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN NEW; END $$;
CREATE TRIGGER tell BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION tell();
INSERT INTO users (user_id, city) VALUES (666, 'x') ON CONFLICT (user_id) DO UPDATE SET city = 'y';
