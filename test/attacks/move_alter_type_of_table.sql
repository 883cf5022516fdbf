-- what: ALTER TYPE ... CASCADE converts a column of a labelled table of that type, by casts that tell or fail
-- known: own
-- expect: may not be computed by function
\connect - owner
CREATE TYPE note_type AS (user_id bigint, note text);
CREATE TYPE mood AS ENUM ('good');
CREATE TYPE told AS (value text);
CREATE FUNCTION told(t text) RETURNS told LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'got %', t; RETURN row('x')::told; END $$;
CREATE CAST (text AS mood) WITH INOUT AS ASSIGNMENT;
CREATE CAST (text AS told) WITH FUNCTION told(text) AS ASSIGNMENT;
CREATE TABLE typed OF note_type;
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE typed IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN typed.note IS 'category=trade; purposes=service';
\endif
BEGIN;
SELECT wdd.break_glass('fill') \g /dev/null
INSERT INTO typed VALUES (666, '139' || '00000' || '666');
COMMIT;
\connect - owner
ALTER TYPE note_type ALTER ATTRIBUTE note TYPE mood CASCADE;
ALTER TYPE note_type ALTER ATTRIBUTE note TYPE told CASCADE;
