-- what: a partition is detached and read alone
-- known: bypasses.md: ATTACH/DETACH/INHERIT
-- as: owner
-- expect: column "address" of table "public.visits_1" cannot be used
ALTER TABLE visits DETACH PARTITION visits_1;
SELECT address FROM visits_1 WHERE user_id = 666;
