-- what: the trigger stands on one partition, the statement names the root
-- known: own
-- as: owner
-- expect: row trigger "tell" may not see
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.address; RETURN OLD; END $$;
CREATE TRIGGER tell AFTER DELETE ON visits_2 FOR EACH ROW EXECUTE FUNCTION tell();
DELETE FROM visits WHERE user_id = 666;
