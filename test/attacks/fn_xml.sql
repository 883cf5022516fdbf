-- what: the XML export functions of PostgreSQL, which run SQL by themselves
-- purpose: ads
SELECT query_to_xml('SELECT phone FROM users', true, false, '');
SELECT table_to_xml('users', true, false, '');
SELECT table_to_xml_and_xmlschema('contacts', true, false, '');
SELECT schema_to_xml('public', true, false, '');
SELECT database_to_xml(true, false, '');
BEGIN;
DECLARE c CURSOR FOR SELECT phone FROM users;
SELECT cursor_to_xml('c', 100, true, false, '');
ROLLBACK;
