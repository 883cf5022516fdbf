-- what: a plan is prepared while the trigger is disabled, and run when it is not
-- known: own
-- as: owner
-- purpose: service
-- expect: row trigger "tell" may not see
SET plan_cache_mode = force_generic_plan;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN NEW; END $$;
CREATE TRIGGER tell BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION tell();
ALTER TABLE users DISABLE TRIGGER tell;
PREPARE u AS UPDATE users SET city = 'x' WHERE user_id = $1;
EXECUTE u(1);
EXECUTE u(666);
ALTER TABLE users ENABLE TRIGGER tell;
EXECUTE u(666);
