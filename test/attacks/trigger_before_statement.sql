-- what: a BEFORE STATEMENT trigger runs with the owner's rights and reads the table
-- known: own
-- purpose: service
-- expect: WARNING:  rows of 666: <NULL>
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'rows of 666: %', (SELECT string_agg(phone, ' ') FROM users WHERE user_id = 666); RETURN NULL; END $$;
CREATE TRIGGER tell BEFORE UPDATE ON users FOR EACH STATEMENT EXECUTE FUNCTION tell();
UPDATE users SET city = 'x' WHERE user_id = 666;
