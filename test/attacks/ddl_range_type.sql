-- what: a labelled column is made one of a range type, whose function ANALYZE hands every value
-- known: own
-- as: owner
-- expect: cannot be of type tellrange
DROP VIEW contacts;
CREATE FUNCTION tell(text, text) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE WARNING '%', $1; RETURN 1; END $$;
CREATE TYPE tellrange AS RANGE (subtype = text, subtype_diff = tell);
ALTER TABLE users ALTER phone TYPE tellrange USING tellrange(phone, phone, '[]');
ANALYZE users;
