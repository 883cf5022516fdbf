-- what: the real value of a masked column, by conditions on it that are not strict
-- known: bypasses.md: Projection-only masking still leaks
-- purpose: service
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND name = '秘密';
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND (name = '秘密' OR city = 'nowhere');
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND name IS NOT DISTINCT FROM '秘密';
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND coalesce(name, '') = '秘密';
SELECT 'LEAKED' FROM users WHERE name IN ('秘密', 'x');
SELECT 'LEAKED' FROM users u WHERE user_id = 666 AND EXISTS (SELECT WHERE u.name = '秘密');
SELECT 'LEAKED' FROM (SELECT user_id FROM users GROUP BY user_id, name HAVING name = '秘密') s;
SELECT 'LEAKED' FROM users u LEFT JOIN (SELECT '秘密' AS g) g ON u.name = g.g WHERE g.g IS NOT NULL;
SELECT 'LEAKED' FROM (SELECT count(*) AS n FROM users GROUP BY name = '秘密') s HAVING count(*) = 2;
