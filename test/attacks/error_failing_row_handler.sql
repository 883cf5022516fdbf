-- what: GET STACKED DIAGNOSTICS in a PL/pgSQL handler
-- known: design, "also to PL/pgSQL before emit_log_hook"
-- as: owner
-- expect: The values are not shown
ALTER TABLE users ADD CONSTRAINT good_city CHECK (city <> 'bad');
DO $$
DECLARE
    d text;
BEGIN
    UPDATE users SET city = 'bad' WHERE user_id = 666;
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL;
    RAISE WARNING '%', d;
END $$;
