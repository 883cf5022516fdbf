-- what: a function declared LEAKPROOF over pg_statistic, cheap enough to be asked first
-- known: LEAKPROOF is believed
-- as: dba
CREATE FUNCTION shout(text) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
CREATE FUNCTION tells(anyarray) RETURNS boolean LANGUAGE sql SECURITY DEFINER LEAKPROOF COST 0.000001 AS
    'SELECT public.shout($1::text)';
SELECT count(*) FROM pg_catalog.pg_statistic WHERE tells(stavalues1);
