-- what: COPY FROM stores a row of the hidden person, and its condition reads
-- known: bypasses.md: COPY t FROM
-- purpose: service
CREATE FUNCTION read_it() RETURNS text LANGUAGE plpgsql AS $$ DECLARE p text; BEGIN SELECT phone INTO p FROM users WHERE user_id = 666; RAISE NOTICE '%', p; RETURN p; END $$;
CREATE TABLE mine (id int);
COPY mine FROM STDIN WHERE read_it() IS NULL;
1
\.
COPY orders (order_id, user_id, note) FROM STDIN;
7777	666	a new note
\.
\connect - dba
SELECT wdd.grant_purpose('backup', 'dba') \g /dev/null
SET wdd_privacy.purpose = 'backup';
SELECT 'LEAKED: ' || note FROM orders WHERE order_id = 7777;
