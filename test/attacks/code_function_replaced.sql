-- what: a C function that an index of a labelled column calls is replaced by one that tells, and the index made anew
-- known: own
-- as: dba
-- expect: may not be replaced
CREATE FUNCTION shout(text) RETURNS text LANGUAGE internal IMMUTABLE AS 'upper';
CREATE INDEX ON users (shout(phone));
CREATE OR REPLACE FUNCTION shout(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RAISE NOTICE 'got %', $1; RETURN 'x'; END $$;
\connect - owner
REINDEX TABLE users;
