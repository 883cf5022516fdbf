-- what: the same through a function of a user, a prepared statement and a default
-- as: dba
CREATE EXTENSION pageinspect;
CREATE FUNCTION page(text) RETURNS bytea LANGUAGE sql SECURITY DEFINER AS 'SELECT public.get_raw_page($1, 0)';
CREATE FUNCTION page2(text) RETURNS bytea LANGUAGE plpgsql AS 'BEGIN RETURN public.get_raw_page($1, 0); END';
CREATE TABLE pages (i int, p bytea DEFAULT get_raw_page('users', 0));
PREPARE p AS SELECT encode(get_raw_page('users', 0), 'escape');
EXECUTE p;
SELECT encode(page('users'), 'escape');
SELECT encode(page2('users'), 'escape');
COPY pages (i) FROM STDIN;
1
\.
SELECT encode(p, 'escape') FROM pages;
DO $$ DECLARE p bytea := public.get_raw_page('users', 0); BEGIN RAISE NOTICE '%', encode(p, 'escape'); END $$;
