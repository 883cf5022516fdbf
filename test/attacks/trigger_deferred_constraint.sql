-- what: a constraint trigger that fires at COMMIT, when no statement runs
-- known: own
-- as: owner
-- purpose: service
-- expect: row trigger "tell" may not see
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER tell AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell();
BEGIN;
UPDATE users SET city = 'x' WHERE user_id = 666;
COMMIT;
