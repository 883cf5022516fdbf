-- what: a function that shows no page is called, then replaced by one that does
-- as: dba
CREATE EXTENSION pageinspect;
CREATE TABLE nobody (name text);
INSERT INTO nobody VALUES (NULL);
CREATE FUNCTION look(text, bigint) RETURNS bytea LANGUAGE c STRICT AS 'pageinspect', 'heap_page_items';
SELECT look(name, 0) FROM nobody;
CREATE OR REPLACE FUNCTION look(text, bigint) RETURNS bytea LANGUAGE c STRICT AS 'pageinspect', 'get_raw_page_1_9';
SELECT encode(look('users', 0), 'escape');
