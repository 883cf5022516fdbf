-- what: a plan kept from before a label in the same transaction
-- known: own
-- as: dba
BEGIN;
CREATE TABLE late (user_id bigint, secret text);
INSERT INTO late VALUES (666, '139' || '00000666');
PREPARE p AS SELECT secret FROM late;
\if :guarded
EXECUTE p \g /dev/null
SECURITY LABEL FOR wdd_privacy ON TABLE late IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN late.secret IS 'category=contact; purposes=service';
\endif
EXECUTE p;
COMMIT;
EXECUTE p;
