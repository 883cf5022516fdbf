-- what: an exclusion constraint over an expression calls a function on every row
-- known: own
-- as: owner
CREATE FUNCTION shout(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE '%', $1; RETURN $1; END $$;
ALTER TABLE users ADD EXCLUDE USING btree (shout(phone) WITH =);
