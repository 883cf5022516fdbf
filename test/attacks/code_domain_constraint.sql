-- what: add a constraint to the domain that a labelled column is of; PostgreSQL scans the tables for it
-- known: own
-- as: owner
-- expect: constraint "watched" may not apply function leak\(text\) to column "number" of table "public.phones"
CREATE FUNCTION leak(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE '%', value; RETURN true; END $$;
CREATE DOMAIN phone_number AS text;
CREATE DOMAIN mobile_number AS phone_number;
CREATE TABLE phones (user_id bigint, number mobile_number);
INSERT INTO phones VALUES (666, '13900000666');
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE phones IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN phones.number IS 'category=contact; purposes=service';
\endif
\connect - owner
ALTER DOMAIN phone_number ADD CONSTRAINT watched CHECK (leak(VALUE));
