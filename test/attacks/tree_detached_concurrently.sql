-- what: a partition is detached concurrently, which commits in between, and read
-- known: own
-- as: owner
ALTER TABLE visits DETACH PARTITION visits_1 CONCURRENTLY;
SELECT address FROM visits_1 WHERE user_id = 666;
