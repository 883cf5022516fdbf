-- what: a function of the whole row, called as if it were a column
-- known: own
-- purpose: service
CREATE FUNCTION everything(users) RETURNS text LANGUAGE sql AS $$ SELECT $1.phone $$;
SELECT u.everything FROM users u WHERE user_id = 666;
SELECT everything(u) FROM users u WHERE user_id = 666;
