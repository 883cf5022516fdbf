-- what: functions that take a query as text
-- purpose: ads
SELECT word FROM ts_stat('SELECT to_tsvector(''simple'', phone) FROM users');
\connect - dba
CREATE EXTENSION tablefunc;
\connect - app
SELECT * FROM crosstab('SELECT city, phone, phone FROM users ORDER BY 1', 'SELECT ''13900000666''') c (city text, p text);
SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, plainto_tsquery(''simple'', phone) FROM users WHERE user_id = 666');
