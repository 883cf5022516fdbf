-- what: conditions that no index or strictness analysis sees through: CASE, coalesce, IS NULL, OR, boolean tests
-- known: own
-- purpose: service
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND CASE WHEN phone LIKE '1390%' THEN true ELSE false END;
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND coalesce(phone = '1', phone LIKE '1390%');
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND (phone IS NULL OR phone LIKE '1390%');
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND (phone LIKE '1390%') IS TRUE;
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND nullif(phone, '139' || '00000666') IS NULL;
SELECT 'LEAKED' FROM users WHERE user_id = 666 AND greatest(phone, '1390') <> '1390';
