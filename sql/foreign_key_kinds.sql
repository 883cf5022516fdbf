-- Every kind of foreign key works on protected tables, for a role that owns them
-- and is no superuser, whatever the session's purpose: composite, MATCH FULL,
-- SET NULL of some columns, deferred, to itself, of partitioned tables on both
-- sides.  (foreign_keys has the actions, and what nobody learns through them.)
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
CREATE ROLE wdd_key_owner;
GRANT CREATE ON SCHEMA public TO wdd_key_owner;
RESET client_min_messages;
SELECT wdd.add_category('key');
SELECT wdd.add_purpose('ads', 'consent');
SELECT wdd.grant_purpose('backup', session_user::regrole);
SELECT wdd.grant_duty('administer', 'wdd_key_owner'), wdd.grant_purpose('ads', 'wdd_key_owner');

SET ROLE wdd_key_owner;
CREATE TABLE parent (region int, id bigint, tag text, code text UNIQUE, PRIMARY KEY (region, id));
CREATE TABLE child_full (child_id int PRIMARY KEY, region int, id bigint, note text,
    FOREIGN KEY (region, id) REFERENCES parent MATCH FULL ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE child_null (child_id int PRIMARY KEY, region int, id bigint, note text,
    FOREIGN KEY (region, id) REFERENCES parent ON DELETE SET NULL (id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE child_default (child_id int PRIMARY KEY, region int DEFAULT 0, id bigint DEFAULT 0, note text,
    FOREIGN KEY (region, id) REFERENCES parent ON DELETE SET DEFAULT ON UPDATE SET DEFAULT);
CREATE TABLE child_code (child_id int PRIMARY KEY, code text REFERENCES parent (code) ON UPDATE CASCADE ON DELETE RESTRICT);
CREATE TABLE tree (id bigint PRIMARY KEY, boss bigint REFERENCES tree ON DELETE CASCADE ON UPDATE CASCADE, phone text);
CREATE TABLE whole (id bigint PRIMARY KEY, phone text) PARTITION BY RANGE (id);
CREATE TABLE whole_1 PARTITION OF whole FOR VALUES FROM (0) TO (100);
CREATE TABLE whole_2 PARTITION OF whole FOR VALUES FROM (100) TO (200);
CREATE TABLE part (id bigint REFERENCES whole ON DELETE CASCADE ON UPDATE CASCADE, kind int, body text) PARTITION BY LIST (kind);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
CREATE TABLE part_2 PARTITION OF part FOR VALUES IN (2) PARTITION BY LIST (kind);
CREATE TABLE part_21 PARTITION OF part_2 DEFAULT;
CREATE TABLE part_null (id bigint REFERENCES whole ON DELETE SET NULL ON UPDATE SET NULL, kind int) PARTITION BY HASH (kind);
CREATE TABLE part_null_1 PARTITION OF part_null FOR VALUES WITH (MODULUS 1, REMAINDER 0);

INSERT INTO parent SELECT 0, 0, 't0', 'c0' UNION ALL SELECT 1, i, 't' || i, 'c' || i FROM generate_series(1, 9) i;
INSERT INTO child_full SELECT i, 1, i, 'n' FROM generate_series(1, 9) i;
INSERT INTO child_null SELECT i, 1, i, 'n' FROM generate_series(1, 9) i;
INSERT INTO child_default SELECT i, 1, i, 'n' FROM generate_series(1, 9) i;
INSERT INTO child_code SELECT i, 'c' || i FROM generate_series(7, 9) i;
INSERT INTO tree VALUES (1, NULL, 'x'), (2, 1, 'x'), (3, 2, 'x'), (4, 4, 'x'), (5, 4, 'x');
INSERT INTO whole SELECT i, 'x' FROM generate_series(0, 199) i;
INSERT INTO part SELECT i, 1 + i % 2, 'b' FROM generate_series(0, 199) i;
INSERT INTO part_null SELECT i, 1 + i % 2 FROM generate_series(0, 199) i;

-- keys are subjects, and labelled, in all three manners
DO $$
DECLARE
    relation text;
BEGIN
    FOREACH relation IN ARRAY ARRAY['parent', 'child_full', 'child_null', 'child_default', 'whole', 'part', 'part_null'] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON TABLE %I IS %L', relation, 'subject=id');
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN %I.id IS %L', relation, 'category=key; purposes=ads');
    END LOOP;
    -- setting keys to their defaults must not give rows to another person (see foreign_keys)
    SECURITY LABEL FOR wdd_privacy ON TABLE child_default IS 'subject=child_id';
    FOREACH relation IN ARRAY ARRAY['parent', 'child_full', 'child_null', 'child_default'] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN %I.region IS %L', relation, 'category=key; purposes=ads; if_not_permitted=error');
    END LOOP;
    FOREACH relation IN ARRAY ARRAY['parent', 'child_code'] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN %I.code IS %L', relation, 'category=key; purposes=ads; if_not_permitted=mask');
    END LOOP;
END $$;
SECURITY LABEL FOR wdd_privacy ON TABLE child_code IS 'subject=code';
SECURITY LABEL FOR wdd_privacy ON COLUMN child_full.note IS 'category=key; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN part.body IS 'category=key; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON TABLE tree IS 'subject=id, boss';
SECURITY LABEL FOR wdd_privacy ON COLUMN tree.boss IS 'category=key; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN tree.phone IS 'category=key; purposes=ads';

-- deleting needs no purpose where the condition is of unlabelled columns
DELETE FROM parent WHERE tag = 't1';
DELETE FROM whole_2;
DELETE FROM parent WHERE tag = 't9';

-- updating keys, by a purpose that persons permit
RESET ROLE;
SELECT wdd.grant_consent(ARRAY[2, 3, 4, 5, 20, 21, 121]::bigint[], 'ads'), wdd.grant_consent(ARRAY['c8', 'd8'], 'ads'), wdd.grant_consent(8::bigint, 'ads');
SET ROLE wdd_key_owner;
SET wdd_privacy.purpose = 'ads';
UPDATE parent SET id = 20 WHERE id = 2;
UPDATE parent SET code = 'd8' WHERE tag = 't8';
UPDATE tree SET id = 21 WHERE id = 4;
DELETE FROM whole WHERE id = 20;
UPDATE whole SET id = 20 WHERE id = 4;
UPDATE whole SET id = 121 WHERE id = 5;
INSERT INTO part VALUES (3, 2, 'b'), (3, 1, NULL), (20, 2, 'b');
INSERT INTO part VALUES (21, 2, 'b'), (150, 1, 'b');
INSERT INTO child_full VALUES (100, 1, NULL, NULL);
INSERT INTO child_full VALUES (100, NULL, NULL, NULL);
RESET wdd_privacy.purpose;
INSERT INTO child_code (child_id) VALUES (30);
INSERT INTO part (kind) VALUES (1);
DELETE FROM tree;

-- what became of it
RESET ROLE;
SET wdd_privacy.purpose = 'backup';
SELECT * FROM child_full WHERE child_id < 4 ORDER BY 1;
SELECT * FROM child_null WHERE child_id < 4 ORDER BY 1;
SELECT * FROM child_default WHERE child_id < 4 ORDER BY 1;
SELECT * FROM child_code ORDER BY 1;
SELECT id, count(*) FROM part WHERE id < 6 OR id > 98 OR id IN (20, 121) OR id IS NULL GROUP BY 1 ORDER BY 1;
SELECT count(*), count(id) FROM part_null;
RESET wdd_privacy.purpose;
SET ROLE wdd_key_owner;

-- adding, validating, altering
ALTER TABLE child_code ADD COLUMN region int, ADD COLUMN id bigint;
ALTER TABLE child_code ADD FOREIGN KEY (region, id) REFERENCES parent MATCH FULL;
ALTER TABLE part ADD CONSTRAINT again FOREIGN KEY (id) REFERENCES whole;
ALTER TABLE part DROP CONSTRAINT again;
ALTER TABLE child_full ADD CONSTRAINT again FOREIGN KEY (region, id) REFERENCES parent NOT VALID;
ALTER TABLE child_full VALIDATE CONSTRAINT again;
ALTER TABLE child_full ALTER CONSTRAINT again DEFERRABLE INITIALLY DEFERRED;

-- partitions of either side leave and join
ALTER TABLE part DETACH PARTITION part_1;
ALTER TABLE part ATTACH PARTITION part_1 FOR VALUES IN (1);
ALTER TABLE part DETACH PARTITION part_2 CONCURRENTLY;
ALTER TABLE part ATTACH PARTITION part_2 FOR VALUES IN (2);
ALTER TABLE whole DETACH PARTITION whole_2;
DELETE FROM whole_2;
ALTER TABLE whole DETACH PARTITION whole_2;
ALTER TABLE whole ATTACH PARTITION whole_2 FOR VALUES FROM (100) TO (200);
-- by two keys; which of them comes first, PostgreSQL does not say
DO $$
DECLARE
    shown text;
BEGIN
    ALTER TABLE whole DETACH PARTITION whole_1;
EXCEPTION WHEN foreign_key_violation THEN
    GET STACKED DIAGNOSTICS shown = PG_EXCEPTION_DETAIL;
    RAISE NOTICE '% %', regexp_replace(SQLERRM, '"part\w*"', '"part..."'), shown;
END $$;

-- the query that looked for references to a leaving partition tells nobody else
RESET ROLE;
CREATE FUNCTION look() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    SELECT fk.id INTO found FROM public.part fk JOIN public.whole_2 pk ON (pk.id OPERATOR(pg_catalog.=) fk.id) WHERE fk.id IS NOT NULL;
    RAISE NOTICE 'found %', found;
END $$;
CREATE EVENT TRIGGER look ON ddl_command_start EXECUTE FUNCTION look();
ALTER TABLE whole DETACH PARTITION whole_2;
DROP EVENT TRIGGER look;
DROP FUNCTION look();

SET client_min_messages = warning;
TRUNCATE parent CASCADE;
TRUNCATE whole CASCADE;
DROP TABLE child_full, child_null, child_default, child_code, parent, tree, part_null, part, whole;
REVOKE CREATE ON SCHEMA public FROM wdd_key_owner;
DROP EXTENSION wdd_privacy CASCADE;
DROP ROLE wdd_key_owner;
