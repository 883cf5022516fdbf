-- what: an UPDATE that moves a row to another partition fires the DELETE trigger of the one it leaves
-- known: own
-- as: owner
-- purpose: service
-- expect: row trigger "tell" may not see
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.address; RETURN OLD; END $$;
CREATE TRIGGER tell BEFORE DELETE ON visits_1 FOR EACH ROW EXECUTE FUNCTION tell();
UPDATE visits SET day = '2026-02-06' WHERE user_id = 666 AND day = '2026-01-05';
