-- what: a volatile function writes what it is asked about into a temporary table
-- known: own
-- purpose: service
CREATE TEMP TABLE heard (v text);
CREATE FUNCTION keep(text) RETURNS boolean LANGUAGE plpgsql COST 0.001 AS $$ BEGIN INSERT INTO heard VALUES ($1); RETURN true; END $$;
SELECT count(*) FROM users WHERE keep(phone);
SELECT 1 FROM users u JOIN orders o ON o.user_id = u.user_id AND keep(u.phone) WHERE o.user_id = 666;
SELECT max(v) FROM heard;
