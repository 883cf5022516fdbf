-- what: a user's aggregate and window function see every value
-- known: own
-- purpose: service
CREATE FUNCTION shout(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $2; RETURN $2; END $$;
CREATE AGGREGATE hear (text) (SFUNC = shout, STYPE = text);
SELECT count(hear) FROM (SELECT hear(phone) FROM users) s;
SELECT count(*) FROM (SELECT hear(phone) OVER (ORDER BY user_id) AS h FROM users) s WHERE h = '';
SELECT 1 FROM users u WHERE user_id = 666 AND (SELECT hear(p) FROM (VALUES (u.phone)) v (p)) = 'x';
SELECT 1 FROM orders o WHERE o.user_id = 666 AND (SELECT hear(n) FROM (SELECT o.note AS n OFFSET 0) s) = 'x';
