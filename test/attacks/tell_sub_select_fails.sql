-- what: a sub-select of a condition fails, by a second row, a negative LIMIT or what it compares, only where the condition before it held
-- known: own; 1/0 or cast-error oracle
-- purpose: service
CREATE TABLE two (city text);
INSERT INTO two VALUES ('Beijing'), ('Shanghai');
DO $$ BEGIN
    PERFORM 1 FROM users WHERE phone = '13900000666' AND city = (SELECT city FROM two);
EXCEPTION WHEN cardinality_violation THEN RAISE NOTICE 'LEAKED';
END $$;
DO $$ BEGIN
    PERFORM 1 FROM users u WHERE phone = '13900000666' AND EXISTS (SELECT u.city FROM orders o WHERE o.user_id = u.user_id LIMIT -1);
EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'LEAKED: %', SQLERRM;
END $$;
DO $$ BEGIN
    PERFORM 1 FROM users u WHERE phone = '13900000666' AND city = ANY (SELECT o.item FROM orders o WHERE o.user_id = u.user_id OFFSET -1);
EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'LEAKED: %', SQLERRM;
END $$;
CREATE TABLE points (p point);
INSERT INTO points VALUES ('(1,1)'), ('(2,2)');
DO $$ BEGIN
    PERFORM 1 FROM users u WHERE phone = '13900000666' AND EXISTS (SELECT DISTINCT ROW(p) FROM points WHERE u.user_id > 0 OFFSET 1);
EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'LEAKED: %', SQLERRM;
END $$;
