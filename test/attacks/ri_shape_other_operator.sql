-- what: a trigger within a cascade asks a query of referential integrity's shape, with another operator
-- known: own
-- purpose: service
CREATE TABLE phones (phone text REFERENCES users (phone));
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1);
CREATE FUNCTION ask() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE guess text := '1390%';
BEGIN
    PERFORM 1 FROM ONLY users x WHERE phone LIKE guess FOR KEY SHARE OF x;
    IF FOUND THEN RAISE NOTICE 'LEAKED: a phone begins with 1390'; END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER ask BEFORE DELETE ON child FOR EACH ROW EXECUTE FUNCTION ask();
DELETE FROM parent;
