-- what: a range type whose canonical or difference function tells
-- known: own
-- purpose: service
CREATE FUNCTION shout(text, text) RETURNS double precision LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE '%', $1; RETURN 1; END $$;
CREATE TYPE span AS RANGE (SUBTYPE = text, SUBTYPE_DIFF = shout);
CREATE FUNCTION hear(span) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE OPERATOR ?? (RIGHTARG = span, FUNCTION = hear);
SELECT 1 FROM users WHERE user_id = 666 AND ?? span(phone, phone, '[]');
SELECT 1 FROM users WHERE user_id = 666 AND span(phone, NULL) @> '5'::text AND hear(span(phone, NULL));
