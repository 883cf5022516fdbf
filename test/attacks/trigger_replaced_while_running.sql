-- what: a statement replaces, by a function it calls, the approved trigger that it will fire
-- known: own
-- as: dba
-- purpose: service
-- expect: function public.touch\(\) is not the one that was approved
SET ROLE owner;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touch AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
RESET ROLE;
SELECT wdd.approve_trigger('users', 'touch', 'harmless');
\connect - owner
CREATE FUNCTION swap() RETURNS text LANGUAGE plpgsql AS $f$
BEGIN
    EXECUTE $q$ CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN NEW; END $$ $q$;
    RETURN 'x';
END $f$;
UPDATE users SET city = swap() WHERE user_id = 666;
