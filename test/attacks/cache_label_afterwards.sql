-- what: a statement that was prepared, and a function that ran, before the column was labelled
-- known: bypasses.md: View created before label
-- as: dba
CREATE TABLE late (user_id bigint, secret text);
INSERT INTO late SELECT user_id, phone FROM users WHERE user_id = 1;
GRANT SELECT, INSERT ON late TO app;
\connect - app
SET plan_cache_mode = force_generic_plan;
PREPARE p AS SELECT secret FROM late ORDER BY 1 DESC;
EXECUTE p \g /dev/null
CREATE FUNCTION f() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT secret FROM late; END $$;
SELECT f() \g /dev/null
\setenv GUARDED :guarded
\! test $GUARDED = false || psql -XAtq -U dba -c "SECURITY LABEL FOR wdd_privacy ON TABLE late IS 'subject=user_id'" -c "SECURITY LABEL FOR wdd_privacy ON COLUMN late.secret IS 'category=contact; purposes=service'"
\! psql -XAtq -U dba -c "INSERT INTO late VALUES (666, '139' || '00000666')" || psql -XAtq -U dba -c "ALTER TABLE late DISABLE TRIGGER ALL" -c "SELECT wdd.break_glass('fill')" -c "INSERT INTO late VALUES (666, '139' || '00000666')" -1
EXECUTE p;
SELECT f();
