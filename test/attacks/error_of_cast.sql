-- what: make a cast of a hidden row's value fail, and read the error
-- known: error oracles under row security
-- purpose: ads
SELECT count(*) FROM users WHERE user_id = 666 AND (phone || 'x')::int > 0;
