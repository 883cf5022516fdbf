-- what: a user's cast, and one to a domain whose CHECK tells
-- known: bypasses.md: operator/cast/domain in expressions
-- purpose: service
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql COST 0.001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE DOMAIN loud AS text CHECK (shout(VALUE));
SELECT 1 FROM users WHERE phone::loud IS NOT NULL;
SELECT 1 FROM users WHERE ARRAY[phone]::loud[] IS NOT NULL;
SELECT 1 FROM users u WHERE user_id = 666 AND (phone::loud) LIKE 'x%';
CREATE TYPE box_of AS (p loud);
SELECT 1 FROM users WHERE ROW(phone)::box_of IS NOT NULL;
