-- what: a CHECK constraint of a time before the label, that only an inheritance child and a partition have, shows the rows that UPDATE of the parent writes
-- known: own
-- as: owner
-- expect: (may not store|cannot be used without a purpose)(.|\n)*(may not store|cannot be used without a purpose)
CREATE FUNCTION leak(value text) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN true; END $$;
CREATE TABLE family (user_id bigint, city text, phone text);
CREATE TABLE child (phone text CHECK (leak(phone)), city text, user_id bigint);
ALTER TABLE child INHERIT family;
CREATE TABLE parted (user_id bigint, city text, phone text) PARTITION BY LIST (user_id);
CREATE TABLE part (phone text, city text, user_id bigint);
ALTER TABLE parted ATTACH PARTITION part FOR VALUES IN (666);
CREATE FUNCTION shown(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN value; END $$;
\o /dev/null
SET client_min_messages = warning;
INSERT INTO child SELECT '139' || '00000666', 'x', 666;
INSERT INTO part SELECT '139' || '00000666', 'x', 666;
CREATE INDEX ON part (shown(phone));
RESET client_min_messages;
\o
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE family IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN family.phone IS 'category=contact; purposes=service';
SECURITY LABEL FOR wdd_privacy ON TABLE parted IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN parted.phone IS 'category=contact; purposes=service';
\endif
\connect - owner
UPDATE family SET city = 'y';
UPDATE parted SET city = 'y';
