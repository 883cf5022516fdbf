-- what: a BEFORE UPDATE row trigger of the app's own tells OLD.phone, while the statement touches no labelled column
-- known: design, "row triggers see NEW and OLD past the planner"
-- purpose: service
-- expect: row trigger "tell" may not see the rows of table "public.users"
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN NEW; END $$;
CREATE TRIGGER tell BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION tell();
UPDATE users SET city = 'x' WHERE user_id = 666;
