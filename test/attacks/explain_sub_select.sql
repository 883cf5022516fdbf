-- what: EXPLAIN ANALYZE tells whether a condition's sub-select was ever executed
-- known: own
-- purpose: service
CREATE TABLE mine (city text);
INSERT INTO mine VALUES ('Shanghai');
CREATE FUNCTION counts(guess text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    answer text := '';
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT 1 FROM users u WHERE phone = %L AND city = (SELECT city FROM mine)', guess)
    LOOP
        answer := answer || coalesce(substring(line from 'never executed|loops=\d+'), '') || ';';
    END LOOP;
    RETURN answer;
END $$;
SELECT 'LEAKED' WHERE counts('13900000666') <> counts('13900000667');
CREATE OR REPLACE FUNCTION counts(guess text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    answer text := '';
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT 1 FROM users u WHERE phone = %L AND (user_id < 0 OR EXISTS (SELECT 1 FROM mine m WHERE m.city = u.city))', guess)
    LOOP
        answer := answer || coalesce(substring(line from 'never executed|loops=\d+'), '') || ';';
    END LOOP;
    RETURN answer;
END $$;
SELECT 'LEAKED' WHERE counts('13900000666') <> counts('13900000667');
