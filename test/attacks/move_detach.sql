-- what: a partition leaves the labelled table
-- known: own
-- as: owner
-- expect: cannot be used without a purpose
ALTER TABLE visits DETACH PARTITION visits_1;
SELECT address FROM visits_1;
