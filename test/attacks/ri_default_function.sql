-- what: a default that SET DEFAULT evaluates reads a hidden row
-- known: design: a default function under SET DEFAULT
-- purpose: service
CREATE FUNCTION read_it() RETURNS int LANGUAGE plpgsql AS $$
BEGIN RAISE NOTICE '%', (SELECT phone FROM users WHERE user_id = 666); RETURN NULL; END $$;
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int DEFAULT read_it() REFERENCES parent ON DELETE SET DEFAULT);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1);
DELETE FROM parent;
