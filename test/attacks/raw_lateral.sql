-- what: LATERAL, set-returning functions, XMLTABLE, JSON and unnest over hidden rows
-- purpose: ads
SELECT l.p FROM users u, LATERAL (SELECT u.phone) l (p) WHERE u.user_id = 666;
SELECT p FROM users u, LATERAL unnest(ARRAY[u.phone]) p WHERE u.user_id = 666;
SELECT regexp_split_to_table(phone, 'x') FROM users WHERE user_id = 666;
SELECT k, v FROM users u, LATERAL jsonb_each_text(jsonb_build_object('p', u.phone)) j (k, v) WHERE u.user_id = 666;
SELECT x.p FROM users u, XMLTABLE('/r' PASSING XMLPARSE(DOCUMENT '<r>' || u.phone || '</r>') COLUMNS p text PATH '.') x WHERE u.user_id = 666;
SELECT x FROM (SELECT user_id FROM users WHERE user_id = 666) o LEFT JOIN LATERAL (SELECT phone x FROM users i WHERE i.user_id = o.user_id) l ON true;
SELECT xmlforest(phone), xmlelement(name p, phone) FROM users WHERE user_id = 666;
SELECT (SELECT phone FROM users u WHERE u.user_id = o.user_id) FROM orders o WHERE o.user_id = 666;
SELECT ARRAY(SELECT phone FROM users WHERE user_id = 666);
