-- what: ALTER TYPE to a type with a cast that tells
-- known: own
-- as: owner
-- expect: may not be computed by function tell
CREATE TYPE box_of_text AS (value text);
CREATE FUNCTION tell(text) RETURNS box_of_text LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $1; RETURN ROW($1)::box_of_text; END $$;
CREATE CAST (text AS box_of_text) WITH FUNCTION tell(text) AS ASSIGNMENT;
DROP VIEW contacts;
ALTER TABLE users ALTER phone TYPE box_of_text;
