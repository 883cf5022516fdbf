-- what: a purpose that the person never agreed to, and one that is not on the label
-- known: own
-- purpose: ads
SELECT phone FROM users WHERE user_id = 666;
SELECT note FROM orders WHERE user_id = 666;
SELECT address FROM visits WHERE user_id = 666;
