-- what: XMLTABLE, XMLFOREST, query_to_xml and JSON constructors
-- known: own
-- purpose: service
SELECT x.p FROM users, xmltable('/a' PASSING xmlelement(name a, phone) COLUMNS p text PATH '.') x WHERE user_id = 666;
SELECT xmlforest(phone AS p) FROM users WHERE user_id = 666;
SELECT query_to_xml('SELECT phone FROM users WHERE user_id = 666', true, true, '');
SELECT table_to_xml('users', true, true, '');
SELECT json_build_object('p', phone), jsonb_build_array(phone), row_to_json(ROW(phone)) FROM users WHERE user_id = 666;
SELECT database_to_xml(true, true, '');
