-- what: whether a column labelled if_not_permitted=error raises depends on a guess about it, or about another column
-- known: own
-- purpose: service
CREATE FUNCTION outcome(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    EXECUTE 'SELECT count(*) FROM users WHERE user_id = 666 AND ' || condition INTO n;
    RETURN n;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN 'refused';
END $$;
SELECT 'LEAKED' WHERE outcome($$email LIKE 'secret%'$$) <> outcome($$email LIKE 'other%'$$);
SELECT 'LEAKED' WHERE outcome($$(email LIKE 'secret%' OR city = 'x')$$) <> outcome($$(email LIKE 'other%' OR city = 'x')$$);
SELECT 'LEAKED' WHERE outcome($$phone LIKE '1390%' AND coalesce(email, '') <> ''$$) <> outcome($$phone LIKE '1391%' AND coalesce(email, '') <> ''$$);
SELECT 'LEAKED' WHERE outcome($$name = '秘密' AND email IS DISTINCT FROM 'x'$$) <> outcome($$name = 'other' AND email IS DISTINCT FROM 'x'$$);
SELECT 'LEAKED' WHERE outcome($$CASE WHEN email LIKE 'secret%' THEN true ELSE name = 'x' END$$) <> outcome($$CASE WHEN email LIKE 'other%' THEN true ELSE name = 'x' END$$);
