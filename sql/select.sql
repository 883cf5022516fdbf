-- Reading: every form of SELECT meets the same gate and the same row check.
-- Persons: 1 and 3 permit ads, 2 does not, 4 never said anything; row 5 has no person.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset null (null)
SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true);
SELECT wdd.add_purpose('ads', 'consent'), wdd.add_purpose('push', 'legitimate_interest'), wdd.add_purpose('service', 'contract');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['ads', 'push', 'service', 'self', 'backup']) p;
SELECT wdd.grant_consent(ARRAY[1, 3]::bigint[], 'ads');
SELECT wdd.withdraw_consent(2::bigint, 'ads');
SELECT wdd.object_to(3::bigint, 'push');
CREATE TABLE users (id integer PRIMARY KEY, user_id bigint, phone text, id_card varchar(18), score integer, city text);
CREATE TABLE orders (order_id integer PRIMARY KEY, user_id bigint, item text);
INSERT INTO users SELECT i, nullif(i, 5), '13800000' || i, '11010119900307' || i, i * 10, 'c' || i % 2 FROM generate_series(1, 5) i;
INSERT INTO orders SELECT i, i, 'item' || i FROM generate_series(1, 5) i;
CREATE INDEX ON users (phone);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, push, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.id_card IS 'category=identity; purposes=ads; mask=id_card; if_not_listed=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.score IS 'category=contact; purposes=ads; if_not_permitted=error';

\echo - without a purpose: labelled columns refuse, everything else works
SELECT phone FROM users;
SELECT phone FROM users WHERE false;
SELECT id FROM users WHERE phone = '138000001';
SELECT id FROM users ORDER BY phone;
SELECT count(phone) FROM users;
SELECT * FROM users;
SELECT u FROM users u;
SELECT to_jsonb(u) FROM users u;
EXPLAIN SELECT phone FROM users;
SELECT id, city FROM users ORDER BY id;
SELECT count(*), max(city) FROM users;
SELECT u.id, o.item FROM users u JOIN orders o USING (user_id) ORDER BY 1;
SELECT id FROM (SELECT * FROM users) s ORDER BY 1;
WITH s AS MATERIALIZED (SELECT * FROM users) SELECT count(*) FROM s;
SELECT EXISTS (SELECT phone FROM users), ctid IS NOT NULL FROM users LIMIT 1;

\echo - ads: hidden rows, a mask, an error
SET wdd_privacy.purpose = 'ads';
SELECT id, phone FROM users ORDER BY id;
SELECT id, id_card FROM users ORDER BY id;
SELECT id, score FROM users WHERE user_id IN (1, 3) ORDER BY id;
SELECT id, score FROM users ORDER BY id;
SELECT id FROM users WHERE score = 10;
SELECT id FROM users WHERE id_card = '110101199003072';
SELECT id FROM users WHERE id_card = '110101199003071';
SELECT id FROM users WHERE id_card IS NULL OR id_card LIKE '%*%' ORDER BY id;
SELECT count(*) FROM users;

\echo - push: who objected is left out; nobody cannot be asked
SET wdd_privacy.purpose = 'push';
SELECT id, phone FROM users ORDER BY id;
SELECT id, id_card FROM users ORDER BY id;
SELECT id, score FROM users;

\echo - service: asks nobody
SET wdd_privacy.purpose = 'service';
SELECT id, phone, id_card FROM users ORDER BY id;

\echo - joins, sub-selects, CTEs, set operations, windows under ads
SET wdd_privacy.purpose = 'ads';
SELECT o.item, u.phone FROM orders o LEFT JOIN users u USING (user_id) ORDER BY 1;
SELECT o.item, u.phone FROM users u RIGHT JOIN orders o ON o.user_id = u.user_id AND u.phone LIKE '138%' ORDER BY 1;
SELECT o.item, u.id_card FROM orders o LEFT JOIN users u ON u.user_id = o.user_id AND u.id > 1 ORDER BY 1;
SELECT o.item, u.phone FROM orders o FULL JOIN users u USING (user_id) ORDER BY 1;
SELECT item FROM orders o WHERE EXISTS (SELECT FROM users u WHERE u.user_id = o.user_id AND u.phone IS NOT NULL) ORDER BY 1;
SELECT item FROM orders o WHERE NOT EXISTS (SELECT FROM users u WHERE u.user_id = o.user_id AND u.phone IS NOT NULL) ORDER BY 1;
SELECT item, (SELECT phone FROM users u WHERE u.user_id = o.user_id) FROM orders o ORDER BY 1;
SELECT item FROM orders WHERE item IN (SELECT 'item' || right(phone, 1) FROM users) ORDER BY 1;
SELECT o.item, l.phone FROM orders o, LATERAL (SELECT phone FROM users u WHERE u.user_id = o.user_id LIMIT 1) l ORDER BY 1;
WITH a AS (SELECT id, phone FROM users), b AS MATERIALIZED (SELECT id, phone FROM a) SELECT * FROM b ORDER BY 1;
WITH RECURSIVE r(n, phone) AS (SELECT 1, phone FROM users WHERE id = 1 UNION ALL SELECT n + 1, u.phone FROM r JOIN users u ON u.id = n + 1)
    SELECT * FROM r;
SELECT phone FROM users UNION SELECT item FROM orders WHERE order_id = 1 ORDER BY 1;
SELECT id FROM (SELECT id, phone FROM users UNION ALL SELECT order_id, item FROM orders) s WHERE id < 3 ORDER BY 1;
SELECT phone FROM users EXCEPT SELECT '138000001' ORDER BY 1;
SELECT id, lag(phone) OVER (ORDER BY id) FROM users ORDER BY 1;
SELECT city, count(phone), min(phone) FROM users GROUP BY city ORDER BY 1;
SELECT city, count(*) FROM users GROUP BY GROUPING SETS ((city), ()) HAVING max(phone) > '1' ORDER BY 1;
SELECT DISTINCT ON (city) city, phone FROM users ORDER BY city, phone;
SELECT id_card, count(*) FROM users GROUP BY id_card ORDER BY 1;
SELECT u.*, u FROM (SELECT id, user_id, phone, id_card FROM users) u ORDER BY 1;
SELECT row_to_json(u) FROM (SELECT id, id_card FROM users ORDER BY id LIMIT 2) u;
SELECT id, phone FROM users TABLESAMPLE bernoulli (100) ORDER BY id;
SELECT id, phone FROM users ORDER BY id LIMIT 1 FOR UPDATE;
SELECT (u).id_card FROM users u WHERE user_id IN (1, 2) AND score IS NULL;
VALUES ((SELECT count(phone) FROM users));
TABLE users;

\echo - views, also on views, with the rights of owner or caller
CREATE VIEW v1 AS SELECT id, user_id, phone, id_card, city FROM users;
CREATE VIEW v2 WITH (security_barrier) AS SELECT * FROM v1;
CREATE VIEW v3 WITH (security_invoker) AS SELECT id, phone AS number, city FROM v2;
SELECT id, number FROM v3 ORDER BY 1;
SELECT id, city FROM v3 ORDER BY 1;
SELECT count(*) FROM v3;
RESET wdd_privacy.purpose;
SELECT id, city FROM v3 ORDER BY 1;
SELECT id, number FROM v3;

\echo - conditions that could tell of a row before its check are asked after it
SET wdd_privacy.purpose = 'ads';
CREATE FUNCTION tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RAISE NOTICE 'seen %', $1; RETURN true; END $$;
CREATE FUNCTION tell_leakproof(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 LEAKPROOF AS $$ BEGIN RAISE NOTICE 'seen %', $1; RETURN true; END $$;
CREATE OPERATOR === (FUNCTION = texteq, LEFTARG = text, RIGHTARG = text);
SELECT id FROM users WHERE tell(phone) ORDER BY 1;
SELECT id FROM users WHERE tell_leakproof(phone) ORDER BY 1;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SELECT id FROM users WHERE tell_leakproof(city) AND id = 1;
RESET enable_indexscan;
RESET enable_bitmapscan;
SELECT id FROM v1 WHERE tell(phone) ORDER BY 1;
SELECT id FROM users WHERE phone::numeric / (right(phone, 1)::integer - 2) > 0 ORDER BY 1;
SELECT o.item FROM orders o JOIN users u ON o.user_id = u.user_id AND tell(u.phone || o.item) ORDER BY 1;

\echo - harmless ones use the index, and the check stands at the scan
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        CONTINUE WHEN line ~ '^ *Disabled:';	-- 18 and later tell
        RETURN NEXT regexp_replace(line, '''([qmrw])[0-9]+/', '''\1.../', 'g');
    END LOOP;
END $$;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT * FROM plan($q$SELECT id FROM users WHERE phone = '138000001'$q$);
SELECT * FROM plan($q$SELECT id FROM users WHERE phone === '138000001'$q$);
SELECT * FROM plan($q$SELECT id FROM users WHERE tell(phone) AND id = 1$q$);
SELECT * FROM plan($q$SELECT city FROM users WHERE id = 1$q$);
RESET enable_seqscan;
RESET enable_bitmapscan;

\echo - self and backup
SET wdd_privacy.purpose = 'self';
SELECT id FROM users;
SET wdd_privacy.subject = '2';
SELECT id, phone, id_card, score FROM users;
SELECT count(*) FROM users;
SELECT id, number FROM v3;
SET wdd_privacy.subject = 'account:3';
SELECT id, phone FROM users;
SET wdd_privacy.subject = 'device:3';
SELECT id, phone FROM users;
SET wdd_privacy.subject = 'person:3';
SELECT id, phone FROM users;
SET wdd_privacy.subject = 'three';
SELECT id, phone FROM users;
SET wdd_privacy.purpose = 'backup';
SELECT id, phone, id_card, score FROM users ORDER BY 1;

\echo - the check functions are for plans only
SELECT wdd.row_permitted('q1', 1::bigint);
SELECT id FROM users WHERE wdd.row_required('r1', user_id);
CREATE OPERATOR ?? (FUNCTION = wdd.row_permitted, LEFTARG = text, RIGHTARG = "any");
SELECT 'q1' ?? user_id FROM users;
DROP OPERATOR ?? (text, "any");
-- nor by expressions that live longer than the statement
DO $$ BEGIN
    EXECUTE format('CREATE DOMAIN asked AS bigint CHECK (wdd.row_permitted(%L, VALUE))',
        format('q%s/c3', 'users'::regclass::oid));
END $$;
CREATE FUNCTION asks(bigint) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN ($1::asked)::text; END $$;
BEGIN;
SELECT count(phone), max(asks(1)) FROM users;
SELECT asks(1);
ROLLBACK;
DROP FUNCTION asks;
DROP DOMAIN asked;

DROP VIEW v3, v2, v1;
DROP TABLE users, orders;
DROP OPERATOR === (text, text);
DROP FUNCTION tell, tell_leakproof, plan;
DROP EXTENSION wdd_privacy;
