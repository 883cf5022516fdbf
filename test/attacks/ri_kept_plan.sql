-- what: a function's plan is first made within a cascade, and kept for later
-- known: own
-- purpose: service
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1);
CREATE FUNCTION read_it() RETURNS text LANGUAGE plpgsql AS $$ DECLARE p text; BEGIN SELECT phone INTO p FROM ONLY users x WHERE user_id = 666 FOR KEY SHARE OF x; RETURN p; END $$;
CREATE FUNCTION call_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', read_it(); RETURN OLD; END $$;
CREATE TRIGGER t BEFORE DELETE ON child FOR EACH ROW EXECUTE FUNCTION call_it();
DELETE FROM parent;
SELECT read_it();
