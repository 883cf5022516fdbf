-- what: EXPLAIN ANALYZE tells that an index found a row that the check removed
-- known: "Rows Removed by Filter" counts hidden rows
-- purpose: ads
CREATE FUNCTION found(settings text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    EXECUTE settings;
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT user_id FROM public.users WHERE phone = ''13900000'' || ''666''' LOOP
        plan := plan || line || E'\n';
    END LOOP;
    IF plan ~ 'Rows Removed|Heap (Blocks|Fetches)|Bitmap Index Scan.*rows=1|rows=1' THEN
        RAISE NOTICE 'LEAKED';
    END IF;
END $$;
SELECT found('SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off');
SELECT found('SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off');
SELECT found('SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off');
