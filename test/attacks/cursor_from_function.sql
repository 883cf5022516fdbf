-- what: a refcursor that a function of the owner opens and the caller reads
-- known: own
-- purpose: service
\connect - owner
CREATE FUNCTION f() RETURNS refcursor LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE c refcursor := 'opened'; BEGIN OPEN c SCROLL FOR SELECT phone FROM users WHERE user_id = 666; RETURN c; END $$;
\connect - app
BEGIN;
SELECT f();
FETCH ALL FROM opened;
COMMIT;
