-- what: an INSTEAD OF trigger of a view is handed whole rows of the view, with columns that nobody asked for
-- known: own
-- purpose: service
-- expect: DELETE 0
CREATE VIEW mine AS SELECT user_id, phone, city FROM users;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN OLD; END $$;
CREATE TRIGGER tell INSTEAD OF DELETE ON mine FOR EACH ROW EXECUTE FUNCTION tell();
CREATE VIEW mail AS SELECT user_id, phone, email, city FROM users;
CREATE TRIGGER tell INSTEAD OF UPDATE ON mail FOR EACH ROW EXECUTE FUNCTION tell();
DELETE FROM mine WHERE user_id = 666;
UPDATE mail SET city = 'x' WHERE user_id = 666;
