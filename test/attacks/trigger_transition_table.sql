-- what: a statement trigger reads OLD TABLE, by a query, by EXECUTE, and through a function that is handed a cursor
-- known: bypasses, transition tables
-- purpose: service
-- expect: transition table "gone" holds rows of a protected table
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    t text;
    c refcursor;
BEGIN
    BEGIN
        SELECT string_agg(phone, ' ') INTO t FROM gone;
        RAISE WARNING '1 %', t;
    EXCEPTION WHEN insufficient_privilege THEN RAISE WARNING '%', SQLERRM; END;
    BEGIN
        EXECUTE 'SELECT string_agg(g::text, '' '') FROM gone g' INTO t;
        RAISE WARNING '2 %', t;
    EXCEPTION WHEN insufficient_privilege THEN RAISE WARNING '%', SQLERRM; END;
    OPEN c FOR SELECT phone FROM gone WHERE user_id = 666;
    FETCH c INTO t;
    RAISE WARNING '3 %', t;
    RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER DELETE ON users REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION tell();
DELETE FROM users WHERE user_id = 666;
