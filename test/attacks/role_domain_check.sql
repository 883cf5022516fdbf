-- what: a constraint that is added to the domain of a labelled column runs a function over stored values
-- known: own
-- as: app
CREATE DOMAIN number AS text;
CREATE FUNCTION is_seen(text) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
\connect - owner
CREATE TABLE numbers (user_id bigint, n number);
INSERT INTO numbers VALUES (666, '13900000666');
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE numbers IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN numbers.n IS 'category=contact; purposes=service';
\endif
\connect - app
ALTER DOMAIN number ADD CONSTRAINT seen CHECK (is_seen(VALUE));
ALTER DOMAIN number ADD CONSTRAINT later CHECK (is_seen(VALUE)) NOT VALID;
ALTER DOMAIN number VALIDATE CONSTRAINT later;
ALTER DOMAIN number ADD CONSTRAINT cast_fails CHECK (VALUE::date IS NULL);
