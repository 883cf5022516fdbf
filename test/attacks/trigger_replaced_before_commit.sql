-- what: the function of an approved, deferred trigger is replaced between the statement and COMMIT
-- known: own
-- as: dba
-- purpose: service
-- expect: function public.touch\(\) is not the one that was approved
SET ROLE owner;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN NEW; END $$;
CREATE CONSTRAINT TRIGGER touch AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch();
RESET ROLE;
SELECT wdd.approve_trigger('users', 'touch', 'harmless');
\connect - owner
BEGIN;
UPDATE users SET city = 'x' WHERE user_id = 666;
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN NEW; END $$;
COMMIT;
