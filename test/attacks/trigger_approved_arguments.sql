-- what: an approved trigger is made anew with other arguments
-- known: own
-- as: dba
-- purpose: service
-- expect: row trigger "log" may not see
SET ROLE owner;
CREATE FUNCTION log_column() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RAISE WARNING '%', to_jsonb(OLD) ->> TG_ARGV[0]; RETURN NEW; END $$;
CREATE TRIGGER log BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION log_column('city');
RESET ROLE;
SELECT wdd.approve_trigger('users', 'log', 'shows the city only');
\connect - owner
UPDATE users SET city = 'x' WHERE user_id = 666;
DROP TRIGGER log ON users;
CREATE TRIGGER log BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION log_column('phone');
UPDATE users SET city = 'x' WHERE user_id = 666;
