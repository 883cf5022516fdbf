-- what: NOT over a harmless operator, which the planner replaces by its leaky negator
-- known: own
-- purpose: service
CREATE FUNCTION tells(text, text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN false; END $$;
CREATE OPERATOR ==== (FUNCTION = texteq, LEFTARG = text, RIGHTARG = text, NEGATOR = <<>>);
CREATE OPERATOR <<>> (FUNCTION = tells, LEFTARG = text, RIGHTARG = text, NEGATOR = ====);
SELECT count(*) FROM users WHERE NOT (phone ==== 'x');
