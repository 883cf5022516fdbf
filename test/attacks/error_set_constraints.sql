-- what: SET CONSTRAINTS ALL IMMEDIATE checks deferred constraints, and a handler catches the error
-- known: own
-- as: owner
-- expect: The values are not shown
CREATE TABLE cards (user_id bigint, day integer, phone text, UNIQUE (day, phone) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO cards SELECT 666, d, '139' || '00000666' FROM generate_series(1, 2) d;
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE cards IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN cards.phone IS 'category=contact; purposes=service';
\endif
\connect - owner
DO $$
DECLARE
    d text;
BEGIN
    UPDATE cards SET day = 1;
    SET CONSTRAINTS ALL IMMEDIATE;
EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL;
    RAISE WARNING '%', d;
END $$;
