-- what: a trigger is approved, and then its function replaced
-- known: design, approve_trigger binds to the function's source
-- as: dba
-- purpose: service
-- expect: row trigger "touch" may not see
SET ROLE owner;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
RESET ROLE;
SELECT wdd.approve_trigger('users', 'touch', 'harmless');
\connect - owner
SET plan_cache_mode = force_generic_plan;
PREPARE u AS UPDATE users SET city = 'x' WHERE user_id = $1;
EXECUTE u(1);
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN NEW; END $$;
EXECUTE u(666);
