-- what: the statement names a parent without labels; a child's own labelled column meets the child's trigger
-- known: own
-- as: dba
-- expect: row trigger "tell" may not see
CREATE TABLE parent (id bigint);
CREATE TABLE child (phone text) INHERITS (parent);
INSERT INTO child SELECT user_id, phone FROM (VALUES (666, '139' || '00000666')) v (user_id, phone);
\if :guarded
SECURITY LABEL FOR wdd_privacy ON COLUMN child.phone IS 'category=contact; purposes=service';
\endif
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.phone; RETURN OLD; END $$;
CREATE TRIGGER tell BEFORE DELETE ON child FOR EACH ROW EXECUTE FUNCTION tell();
DELETE FROM parent;
