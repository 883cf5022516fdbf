-- what: read the pages of a labelled table and of its index with pageinspect
-- as: dba
CREATE EXTENSION pageinspect;
SELECT encode(t_data, 'escape') FROM heap_page_items(get_raw_page('users', 0));
SELECT encode(t_data, 'escape') FROM heap_page_items(get_raw_page('users', 'main', 0));
SELECT data, encode(decode(replace(data, ' ', ''), 'hex'), 'escape') FROM bt_page_items('users_phone_key', 1);
SELECT encode(decode(replace(data, ' ', ''), 'hex'), 'escape') FROM bt_page_items(get_raw_page('users_phone_key', 1));
