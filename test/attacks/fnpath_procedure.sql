-- what: a procedure that commits between stating a purpose and reading under none
-- known: own
-- purpose: service
CREATE PROCEDURE p() LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
    COMMIT;
    FOR r IN SELECT phone FROM users WHERE user_id IN (1, 666) ORDER BY user_id LOOP
        COMMIT;
        RAISE NOTICE '%', r.phone;
    END LOOP;
    SET LOCAL wdd_privacy.purpose = '';
    SELECT phone INTO r FROM users WHERE user_id = 666;
    RAISE NOTICE '%', r.phone;
END $$;
CALL p();
