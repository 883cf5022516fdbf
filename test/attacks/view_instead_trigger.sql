-- what: an INSTEAD OF trigger is given the rows of a view
-- known: bypasses.md: Triggers on protected table
-- purpose: service
CREATE VIEW mine AS SELECT * FROM users;
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', OLD; RETURN OLD; END $$;
CREATE TRIGGER t INSTEAD OF UPDATE OR DELETE ON mine FOR EACH ROW EXECUTE FUNCTION shout();
UPDATE mine SET city = 'x' WHERE user_id = 666;
DELETE FROM mine WHERE user_id = 666;
