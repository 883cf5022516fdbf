-- what: approve one's own trigger, or write into the table of approvals
-- known: own
-- as: owner
-- purpose: service
-- expect: permission denied for function approve_trigger
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN NEW; END $$;
CREATE TRIGGER tell BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION tell();
SELECT wdd.approve_trigger('users', 'tell', 'mine');
INSERT INTO wdd.trigger_approval SELECT 'users', wdd.trigger_fingerprint(oid), tgname, 'mine' FROM pg_trigger WHERE tgname = 'tell';
UPDATE users SET city = 'x' WHERE user_id = 666;
