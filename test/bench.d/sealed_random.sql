-- As many persons as there are, in random order.  Variable: many.
SET wdd_privacy.purpose = 'bench_sealed';
SET wdd_privacy.key_cache = 4194304;
SELECT wdd.register_persons(array_agg(i::bigint), 'account') FROM generate_series(1, :many) AS i;
INSERT INTO bench.sealed_random SELECT i, 1 + i * 7919::bigint % :many, (13000000000 + i)::text FROM generate_series(1, :many) AS i;
VACUUM (ANALYZE, FREEZE) bench.sealed_random;
VACUUM (ANALYZE, FREEZE) wdd.data_key;
CHECKPOINT;
