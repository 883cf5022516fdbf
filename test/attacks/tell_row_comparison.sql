-- what: comparing rows, which calls whatever their columns' types compare by
-- known: own
-- purpose: service
CREATE FUNCTION shout(text) RETURNS text LANGUAGE plpgsql COST 0.001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN $1; END $$;
SELECT 1 FROM users WHERE ROW(shout(phone)) = ROW('x'::text);
SELECT 'LEAKED' FROM users u WHERE u = (SELECT ROW(666, '秘密', '139' || '00000666', 'secret@example.com', 'Shanghai')::users);
SELECT 'LEAKED' FROM users WHERE (user_id, phone) >= (666, '139');
SELECT 'LEAKED' FROM users WHERE (user_id, phone) IN ((666, '139' || '00000666'));
SELECT 'LEAKED' FROM users WHERE ROW(user_id, phone) IS NOT DISTINCT FROM ROW(666::bigint, '139' || '00000666');
