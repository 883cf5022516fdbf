-- what: NOT IN, NOT EXISTS and outer joins that tell by what is missing
-- known: own
-- purpose: service
SELECT 'LEAKED' WHERE '139' || '00000666' NOT IN (SELECT coalesce(phone, '') FROM users) IS FALSE;
SELECT 'LEAKED' FROM (SELECT '139' || '00000666' AS g) g LEFT JOIN users u ON u.phone = g.g WHERE u.user_id IS NOT NULL;
SELECT 'LEAKED' WHERE NOT EXISTS (SELECT FROM (SELECT '139' || '00000666' AS g) g WHERE NOT EXISTS (SELECT FROM users WHERE phone = g));
