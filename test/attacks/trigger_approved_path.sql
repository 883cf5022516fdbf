-- what: put a temporary table in the place of the one that an approved trigger writes
-- known: search_path shadowing
-- as: dba
-- purpose: service
-- expect: function public.touch\(\) has no search_path of its own that ends with pg_temp
SET ROLE owner;
CREATE TABLE audit (t text);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit VALUES (OLD.phone); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
RESET ROLE;
SELECT wdd.approve_trigger('users', 'touch', 'audit');
\connect - app
CREATE TEMP TABLE audit (t text);
UPDATE users SET city = 'x' WHERE user_id = 666;
SELECT * FROM audit;
