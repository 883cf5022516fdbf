-- what: a trigger of PostgreSQL's own function, but with a condition that tells
-- known: own
-- purpose: service
-- expect: row trigger "quiet" may not see
CREATE FUNCTION tell(t text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', t; RETURN true; END $$;
CREATE TRIGGER quiet BEFORE UPDATE ON users FOR EACH ROW WHEN (tell(OLD.phone)) EXECUTE FUNCTION suppress_redundant_updates_trigger();
UPDATE users SET city = 'x' WHERE user_id = 666;
