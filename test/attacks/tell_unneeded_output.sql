-- what: functions that tell stand in outputs that nobody above needs
-- known: own
-- purpose: service
CREATE FUNCTION shout(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $1; RETURN $1; END $$;
CREATE FUNCTION whisper(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE '%', $1; RETURN $1; END $$;
SELECT count(*) FROM (SELECT shout(phone) FROM users OFFSET 0) s;
SELECT count(*) FROM (SELECT whisper(phone) FROM users OFFSET 0) s;
SELECT 1 WHERE EXISTS (SELECT shout(phone) FROM users OFFSET 0);
WITH w AS MATERIALIZED (SELECT shout(phone) FROM users) SELECT count(*) FROM w;
SELECT count(*) FROM (SELECT whisper(phone) FROM users UNION ALL SELECT 'x') s;
