-- what: a trigger that fires only where session_replication_role is replica
-- known: own
-- as: dba
-- expect: row trigger "tell" may not see
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN NEW; END $$;
CREATE TRIGGER tell BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION tell();
ALTER TABLE users ENABLE REPLICA TRIGGER tell;
SET session_replication_role = replica;
UPDATE users SET city = 'x' WHERE user_id = 666;
