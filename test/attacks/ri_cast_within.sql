-- what: a column's type is a domain whose CHECK reads, and a cascade updates it
-- known: own
-- purpose: service
CREATE FUNCTION read_it() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN RAISE NOTICE '%', (SELECT phone FROM users WHERE user_id = 666); RETURN true; END $$;
CREATE DOMAIN key AS int CHECK (read_it());
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id key REFERENCES parent ON UPDATE CASCADE);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1);
UPDATE parent SET id = 2;
