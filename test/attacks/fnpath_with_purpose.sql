-- what: wdd.with_purpose() with a purpose that shows no more, and with one that was not granted
-- known: own
SELECT wdd.with_purpose('service', 'SELECT phone FROM users WHERE user_id = 666');
SELECT wdd.with_purpose('ads', 'SELECT phone FROM users WHERE user_id = $1', 666);
SELECT wdd.with_purpose('backup', 'SELECT phone FROM users WHERE user_id = 666');
