-- what: a BEFORE DELETE trigger that runs within a cascade reads a hidden row
-- known: design: RI triggers, code run inside them inherits the flag
-- purpose: service
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1);
CREATE FUNCTION read_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE NOTICE '%', (SELECT phone FROM users WHERE user_id = 666); RETURN OLD; END $$;
CREATE TRIGGER t BEFORE DELETE ON child FOR EACH ROW EXECUTE FUNCTION read_it();
DELETE FROM parent;
