-- what: a function of the owner that tries to state purposes that nobody granted to the owner
-- known: bypasses.md: ALTER FUNCTION … SET
-- as: analyst
\connect - owner
CREATE FUNCTION f(purpose text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    BEGIN
        PERFORM set_config('wdd_privacy.purpose', purpose, true);
    EXCEPTION WHEN insufficient_privilege THEN
        NULL;
    END;
    RETURN (SELECT phone FROM users WHERE user_id = 666);
END $$;
\connect - analyst
SELECT f('service');
SELECT f('backup');
SELECT f('');
