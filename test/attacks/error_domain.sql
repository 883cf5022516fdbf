-- what: a check added to a domain is tried on stored values
-- known: own
-- as: owner
-- expect: ERROR
CREATE DOMAIN number AS text;
CREATE TABLE numbers (user_id bigint, phone number);
INSERT INTO numbers SELECT 666, '139' || '00000666';
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE numbers IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN numbers.phone IS 'category=contact; purposes=service';
\endif
\connect - owner
ALTER DOMAIN number ADD CHECK ((VALUE || 'x')::integer > 0);
