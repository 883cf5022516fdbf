-- what: a row that moves to another partition is returned from there
-- known: own
-- purpose: service
UPDATE visits SET day = '2026-02-20' WHERE user_id = 666 AND day = '2026-01-05' RETURNING address;
UPDATE visits_1 SET user_id = user_id WHERE user_id = 666 RETURNING visits_1;
UPDATE visits v SET day = '2026-01-20' FROM orders o WHERE o.user_id = v.user_id AND o.user_id = 666 RETURNING (SELECT v.address);
