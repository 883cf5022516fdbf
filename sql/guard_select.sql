-- Reading, by somebody who tries: every place a value can stand in, and functions
-- that tell what they see.
-- Persons: 1, 2 and 3 permit ads, 4 to 6 never said anything; 1 and 4 object to push.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset format unaligned
\pset null (null)
SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true);
SELECT wdd.add_purpose('service', 'contract'), wdd.add_purpose('ads', 'consent'), wdd.add_purpose('push', 'legitimate_interest');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'ads', 'push', 'self', 'backup']) p;
SELECT wdd.grant_consent(ARRAY[1, 2, 3]::bigint[], 'ads');
SELECT wdd.object_to(ARRAY[1, 4]::bigint[], 'push');
CREATE TABLE users (user_id bigint PRIMARY KEY, name text, phone text, id_card text, city text);
CREATE TABLE orders (order_id integer PRIMARY KEY, user_id bigint REFERENCES users, amount integer);
INSERT INTO users SELECT i, 'Name' || i, '1380000000' || i, '11010119900101100' || i, 'C' || i % 2 FROM generate_series(1, 6) i;
INSERT INTO orders SELECT i, i % 6 + 1, i * 10 FROM generate_series(1, 9) i;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.name IS 'category=contact; purposes=service; if_not_listed=mask; mask=name';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service, ads, push';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.id_card IS 'category=identity; purposes=service, ads; mask=id_card';

SET wdd_privacy.purpose = 'ads';
\echo - rows are hidden below every kind of join
SELECT user_id, phone, order_id FROM users JOIN orders USING (user_id) ORDER BY 1, 3;
SELECT user_id, phone, order_id FROM users NATURAL JOIN orders ORDER BY 1, 3;
SELECT user_id, phone, order_id FROM orders LEFT JOIN users USING (user_id) ORDER BY 1, 3;
SELECT user_id, phone, order_id FROM orders FULL JOIN users USING (user_id) ORDER BY 1, 3;
SELECT i, phone FROM (VALUES (1), (4)) v(i) LEFT JOIN LATERAL (SELECT phone FROM users WHERE user_id = v.i) x ON true ORDER BY 1;
SELECT a.user_id, b.user_id FROM users a FULL JOIN users b USING (id_card) ORDER BY 1;

\echo - the row that an outer join does not find is NULL, as without labels
SELECT o.order_id, u IS NULL AS missing, to_jsonb(u) FROM orders o LEFT JOIN users u ON u.user_id = o.user_id AND u.user_id = 1 ORDER BY 1;
SELECT count(u), count(u.id_card) FROM orders o LEFT JOIN users u ON u.user_id = o.user_id AND u.user_id = 1;
SELECT u FROM orders o FULL JOIN users u ON u.user_id = o.order_id AND u.phone > '' ORDER BY 1 LIMIT 4;

\echo - whole rows
SELECT u FROM users u ORDER BY 1;
SELECT row(u.*) FROM users u ORDER BY 1;
SELECT u.*::text FROM users u ORDER BY 1;
SELECT count(*) FILTER (WHERE u IS NULL), count(*) FILTER (WHERE u IS NOT NULL) FROM users u;

\echo - grouping, windows, ordering, distinct
SELECT id_card, phone, count(*) FROM users GROUP BY ROLLUP (id_card, phone) ORDER BY 1, 2;
SELECT upper(id_card), grouping(id_card), count(*) FROM users GROUP BY CUBE (id_card, city) ORDER BY 1, 2, 3;
SELECT user_id, id_card FROM users GROUP BY user_id HAVING coalesce(id_card, '') > '1' ORDER BY 1;
SELECT city, max(phone), min(id_card), string_agg(phone, ',' ORDER BY id_card) FILTER (WHERE id_card <> 'x') FROM users GROUP BY city HAVING max(phone) > '1' ORDER BY 1;
SELECT user_id, first_value(phone) OVER (PARTITION BY city ORDER BY id_card), lag(id_card) OVER (ORDER BY user_id) FROM users ORDER BY 1;
SELECT DISTINCT ON (city) city, phone FROM users ORDER BY city, phone;
SELECT user_id FROM users ORDER BY phone;
SELECT user_id FROM users ORDER BY id_card;

\echo - sub-selects in every place
SELECT user_id, (SELECT phone FROM users v WHERE v.user_id = u.user_id) FROM users u ORDER BY 1;
SELECT count(*) FROM users u WHERE EXISTS (SELECT phone FROM users v WHERE v.user_id = u.user_id);
SELECT count(*) FROM users u WHERE EXISTS (SELECT FROM users v WHERE v.user_id = u.user_id AND v.phone IS NOT NULL);
SELECT user_id FROM users WHERE user_id NOT IN (SELECT user_id FROM users WHERE phone IS NOT NULL) ORDER BY 1;
SELECT user_id FROM users WHERE '13800000004' = ANY (SELECT phone FROM users);
SELECT array(SELECT phone FROM users ORDER BY 1);
VALUES ((SELECT max(phone) FROM users));
SELECT count(*) FROM (SELECT phone FROM users LIMIT (SELECT length(max(phone)) FROM users)) x;

\echo - CTEs and set operations: what nobody asks for hides nothing
WITH c AS MATERIALIZED (SELECT * FROM users) SELECT count(*), max(user_id) FROM c;
WITH c AS MATERIALIZED (SELECT * FROM users) SELECT user_id, id_card FROM c ORDER BY 1;
WITH RECURSIVE r(n, phone) AS (SELECT user_id, phone FROM users WHERE user_id = 1 UNION ALL SELECT u.user_id, u.phone FROM r JOIN users u ON u.user_id = r.n + 1) SELECT * FROM r;
WITH RECURSIVE r(n, phone) AS (SELECT user_id, phone FROM users WHERE user_id = 1 UNION ALL SELECT u.user_id, u.phone FROM r JOIN users u ON u.user_id = r.n + 1) SELECT n FROM r;
WITH RECURSIVE r(n, phone) AS (SELECT user_id, phone FROM users WHERE user_id = 1 UNION ALL SELECT u.user_id, u.phone FROM r JOIN users u ON u.user_id = r.n + 1) SEARCH BREADTH FIRST BY phone SET o CYCLE phone SET c USING p SELECT n, phone FROM r;
SELECT phone FROM users EXCEPT SELECT phone FROM users WHERE user_id = 1 ORDER BY 1;
SELECT count(*) FROM (SELECT phone FROM users UNION ALL SELECT id_card FROM users) x;
SELECT count(*) FROM (SELECT phone FROM users UNION SELECT id_card FROM users) x;

\echo - locking and sampling
SELECT phone FROM users ORDER BY user_id FOR UPDATE;
SELECT user_id FROM users ORDER BY user_id FOR UPDATE SKIP LOCKED LIMIT 2;
SELECT phone FROM users TABLESAMPLE bernoulli (100) ORDER BY 1;

\echo - functions that tell see no row before its check, however cheap they say they are
CREATE FUNCTION tell(anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END$$;
CREATE FUNCTION tell(anyelement, anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END$$;
SET cpu_tuple_cost = 0;
SELECT count(phone) FROM users WHERE tell(phone);
SELECT count(phone) FROM users WHERE tell(user_id);
SELECT count(phone) FROM users u WHERE (SELECT bool_and(tell(u.phone, g)) FROM (VALUES ('1')) v(g));
SELECT count(phone) FROM users u WHERE (SELECT bool_and(tell(x.p)) FROM (SELECT u.phone AS p OFFSET 0) x);
SELECT count(phone) FROM users u WHERE (SELECT bool_and(tell(u.phone, g)) OVER () FROM (VALUES ('1')) v(g));
SELECT count(phone) FROM (SELECT (SELECT bool_and(tell(u.phone, g)) FROM (VALUES ('1')) v(g)) AS told, * FROM users u) s WHERE told;
SELECT count(phone) FROM (SELECT *, tell(phone) AS told FROM users) u WHERE told;
SELECT count(u.phone) FROM users u JOIN orders o ON tell(u.phone) AND o.order_id = 1;
SELECT count(*) FROM users u WHERE tell(u);
SELECT count(phone) FROM users u, LATERAL (SELECT tell(u.phone) AS told OFFSET 0) x WHERE x.told;
SELECT count(*) FROM users GROUP BY city, phone HAVING tell(phone) AND city = 'C0';
SELECT user_id FROM users WHERE phone::bigint / (user_id - 5) = 0;
SELECT user_id FROM users WHERE phone::integer > 0 AND user_id > 3;
SELECT user_id FROM users WHERE tell(id_card) AND tell(name) AND user_id IN (3, 4) ORDER BY 1;
RESET cpu_tuple_cost;

\echo - nor can a condition tell that it was reached: 4 does not permit, 9 does not exist, 1 permits
CREATE FUNCTION reached() RETURNS boolean LANGUAGE plpgsql COST 2 AS $$BEGIN RAISE NOTICE 'reached'; RETURN true; END$$;
SELECT user_id FROM users WHERE phone = '13800000004' AND reached();
SELECT user_id FROM users WHERE phone = '13800000009' AND reached();
SELECT user_id FROM users WHERE phone = '13800000001' AND reached();
SELECT user_id FROM (SELECT * FROM users WHERE phone = '13800000004') s WHERE reached();
SELECT u.user_id FROM users u, (VALUES (1)) v WHERE u.phone = '13800000004' AND reached();
SELECT user_id FROM users WHERE phone LIKE '13800000004' AND CASE WHEN reached() THEN true END;
UPDATE users SET city = 'z' WHERE phone = '13800000004' AND reached();
SELECT user_id FROM users WHERE phone LIKE '13800000004\';
CREATE TABLE collations (user_id bigint, phone text, a text COLLATE "C", b text COLLATE "POSIX");
INSERT INTO collations VALUES (1, 'p1', 'a', 'b'), (4, 'p4', 'a', 'b');
SECURITY LABEL FOR wdd_privacy ON TABLE collations IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN collations.phone IS 'category=contact; purposes=ads';
SELECT user_id FROM collations WHERE phone = 'p4' AND a = b;
SELECT user_id FROM collations WHERE phone = 'p1' AND a = b;
DROP TABLE collations;
CREATE INDEX users_phone ON users (phone);
SET enable_seqscan = off;
PREPARE by_phone AS SELECT user_id FROM users WHERE phone = $1 AND reached();
EXECUTE by_phone('13800000004');
EXECUTE by_phone('13800000001');
DEALLOCATE by_phone;
RESET enable_seqscan;
DROP INDEX users_phone;
DROP FUNCTION reached();

\echo - views on views
CREATE VIEW v1 AS SELECT * FROM users;
CREATE VIEW v2 WITH (security_barrier) AS SELECT user_id, phone, city FROM v1 WHERE city IS NOT NULL;
CREATE VIEW v3 WITH (security_invoker) AS SELECT user_id, upper(id_card) AS id_card, name FROM users;
SELECT * FROM v1 ORDER BY 1;
SELECT v1 FROM v1 ORDER BY 1;
SELECT count(*), max(city) FROM v2;
SELECT phone FROM v2 WHERE tell(phone) ORDER BY 1;
SELECT * FROM v3 ORDER BY 1;

\echo - beside policies of row security
CREATE TABLE notes (user_id bigint, written_by name, note text, plain text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE ROLE wdd_test_alice;
GRANT ALL ON notes TO wdd_test_alice;
SELECT wdd.grant_purpose('ads', 'wdd_test_alice');
CREATE POLICY p ON notes USING (written_by = current_user);
INSERT INTO notes VALUES (1, 'wdd_test_alice', 's1', 'p1'), (2, 'bob', 's2', 'p2'), (4, 'wdd_test_alice', 's4', 'p4');
SECURITY LABEL FOR wdd_privacy ON TABLE notes IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN notes.note IS 'category=contact; purposes=ads';
SET ROLE wdd_test_alice;
SET wdd_privacy.purpose = 'ads';
SELECT note FROM notes WHERE tell(note);
SELECT plain FROM notes WHERE tell(plain) ORDER BY 1;
UPDATE notes SET plain = 'u' WHERE note > '' RETURNING *;
INSERT INTO notes VALUES (1, 'bob', 'q', 'q');
INSERT INTO notes VALUES (4, 'wdd_test_alice', 'q', 'q');
COPY notes TO stdout;
RESET ROLE;
DROP TABLE notes;
REVOKE ALL ON SCHEMA wdd FROM wdd_test_alice;
SELECT wdd.revoke_purpose('ads', 'wdd_test_alice');
DROP ROLE wdd_test_alice;

\echo - what ANALYZE keeps is a copy of the values
CREATE INDEX ON users (lower(phone));
CREATE STATISTICS users_phone_city ON phone, city FROM users;
ANALYZE users;
SELECT tablename, attname FROM pg_stats WHERE schemaname = 'public' AND tablename LIKE 'users%' ORDER BY 1, 2;
SELECT count(*) FROM pg_stats_ext WHERE tablename = 'users';
SELECT attname FROM pg_statistic JOIN pg_attribute ON attrelid = starelid AND attnum = staattnum WHERE starelid = 'users'::regclass ORDER BY 1;
SET wdd_privacy.purpose = 'backup';
SELECT tablename, attname FROM pg_stats WHERE schemaname = 'public' AND tablename LIKE 'users%' ORDER BY 1, 2;
RESET wdd_privacy.purpose;
SELECT count(*) > 0 FROM pg_stats WHERE schemaname = 'pg_catalog';
DROP VIEW v1, v2, v3;
DROP FUNCTION tell(anyelement), tell(anyelement, anyelement);

RESET wdd_privacy.purpose;
DROP TABLE orders, users;
DROP EXTENSION wdd_privacy;
