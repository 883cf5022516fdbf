-- what: partitions addressed directly, by ONLY, and through pruning
-- known: bypasses.md: Partition child or inheritance child addressed directly
-- purpose: service
SELECT address FROM visits_1 WHERE user_id = 666;
SELECT address FROM ONLY visits_2 WHERE user_id = 666;
SELECT address FROM visits WHERE user_id = 666 AND day = '2026-01-05';
SET plan_cache_mode = force_generic_plan;
PREPARE p (date) AS SELECT address FROM visits WHERE user_id = 666 AND day = $1;
EXECUTE p ('2026-02-05');
UPDATE visits_1 SET day = day WHERE user_id = 666 RETURNING address;
SET enable_partitionwise_join = on;
SET enable_partitionwise_aggregate = on;
SELECT max(a.address) FROM visits a JOIN visits b USING (user_id, day) WHERE user_id = 666;
