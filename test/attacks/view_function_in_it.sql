-- what: a view whose own condition tells, and one whose columns are computed
-- known: own
-- purpose: service
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql COST 0.001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE VIEW loud AS SELECT user_id FROM users WHERE shout(phone);
CREATE VIEW computed AS SELECT user_id, reverse(phone) AS r, phone LIKE '1390%' AS is_guess FROM users;
SELECT count(*) FROM loud;
SELECT reverse(r) FROM computed WHERE user_id = 666;
SELECT 'LEAKED' FROM computed WHERE is_guess;
