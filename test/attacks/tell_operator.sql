-- what: an operator of the user's own, also one that says it is equality and may be hashed
-- known: bypasses.md: operator and cast shadowing
-- purpose: service
CREATE FUNCTION shout(text, text) RETURNS boolean LANGUAGE plpgsql COST 0.001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = shout, COMMUTATOR = ===, HASHES, MERGES, RESTRICT = eqsel, JOIN = eqjoinsel);
SELECT 1 FROM users WHERE phone === 'x';
SELECT 1 FROM users WHERE phone === ANY (ARRAY['x', 'y']);
SELECT 1 FROM users WHERE phone === (SELECT 'x');
