-- what: a policy calls a function with the row's labelled column
-- known: own
-- purpose: service
\connect - owner
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql COST 0.001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE POLICY p ON users USING (shout(phone));
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
\connect - app
SELECT count(*) FROM users;
SELECT phone FROM users WHERE user_id = 666;
UPDATE users SET city = 'x';
