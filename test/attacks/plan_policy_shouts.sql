-- what: a policy's second condition, which has no column, tells that the first one held
-- known: own
-- purpose: service
\connect - owner
CREATE FUNCTION shout() RETURNS boolean LANGUAGE plpgsql COST 100 AS $$ BEGIN RAISE NOTICE 'LEAKED'; RETURN true; END $$;
CREATE POLICY guess ON users USING (phone LIKE '1390%' AND shout());
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
\connect - app
SELECT user_id FROM users;
