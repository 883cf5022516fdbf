-- what: an error that was caught in between, and then the deferred one
-- known: own
-- as: owner
-- expect: The values are not shown
CREATE TABLE cards (user_id bigint, day integer, phone text, CHECK (day < 10), UNIQUE (day, phone) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO cards SELECT 666, d, '139' || '00000666' FROM generate_series(1, 2) d;
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE cards IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN cards.phone IS 'category=contact; purposes=service';
\endif
\connect - owner
BEGIN;
UPDATE cards SET day = 1;
DO $$ BEGIN UPDATE cards SET day = 11; EXCEPTION WHEN check_violation THEN END $$;
COMMIT;
