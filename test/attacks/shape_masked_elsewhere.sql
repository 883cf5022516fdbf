-- what: the real value of a masked column in limits, samples, functions in FROM, ordering and windows
-- known: own
-- purpose: service
SELECT 'LEAKED' FROM users u, LATERAL (SELECT 1 FROM generate_series(1, 9) LIMIT CASE WHEN u.name = '秘密' THEN 1 ELSE 0 END) l;
SELECT 'LEAKED' FROM users u, LATERAL (SELECT 1 FROM visits TABLESAMPLE bernoulli (CASE WHEN u.name = '秘密' THEN 100 ELSE 0 END)) l;
SELECT 'LEAKED' FROM users u, LATERAL generate_series(1, CASE WHEN u.name = '秘密' THEN 1 ELSE 0 END) l;
SELECT 'LEAKED' FROM (SELECT user_id FROM users ORDER BY name = '秘密' DESC, user_id LIMIT 1) s WHERE user_id = 666;
SELECT 'LEAKED' FROM (SELECT user_id, sum(1) OVER (PARTITION BY name = '秘密') AS n FROM users) s WHERE user_id = 666 AND n = 1;
SELECT 'LEAKED' FROM xmltable('/a' PASSING xmlelement(name a, (SELECT name FROM users WHERE user_id = 666)) COLUMNS v text PATH '.') WHERE v = '秘密';
