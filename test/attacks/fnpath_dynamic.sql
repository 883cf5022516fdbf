-- what: DO, EXECUTE, simple expressions, FOR loops and cursors of PL/pgSQL
-- known: bypasses.md: plpgsql/DO/anonymous EXECUTE
-- purpose: service
DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT phone FROM users WHERE user_id = 666' LOOP RAISE NOTICE '%', r.phone; END LOOP; END $$;
DO $$ BEGIN RAISE NOTICE '%', (SELECT phone FROM users WHERE user_id = 666); END $$;
DO $$ DECLARE u users; BEGIN SELECT * INTO u FROM users WHERE user_id = 666; RAISE NOTICE '%', u.phone; END $$;
DO $$ DECLARE c CURSOR (k bigint) FOR SELECT phone FROM users WHERE user_id = k; p text; BEGIN OPEN c(666); FETCH c INTO p; RAISE NOTICE '%', p; END $$;
DO $$ BEGIN PERFORM phone FROM users WHERE user_id = 666 AND phone LIKE '1390%'; IF FOUND THEN RAISE NOTICE 'LEAKED'; END IF; END $$;
DO $$ DECLARE p users.phone%TYPE := (SELECT max(phone) FROM users); BEGIN IF p > '1390' THEN RAISE NOTICE 'LEAKED'; END IF; END $$;
