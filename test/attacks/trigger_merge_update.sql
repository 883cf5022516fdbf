-- what: MERGE updates a row that nobody may see, in front of a trigger
-- known: own
-- purpose: service
-- expect: row trigger "tell" may not see
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN NEW; END $$;
CREATE TRIGGER tell AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION tell();
MERGE INTO users u USING (VALUES (666)) v (id) ON u.user_id = v.id WHEN MATCHED THEN UPDATE SET city = 'x';
