-- Kept plans, cursors, functions and parallel workers, across changes of purpose,
-- consent and label.
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

CREATE FUNCTION plain_sql(b bigint) RETURNS SETOF users LANGUAGE sql STABLE AS 'SELECT * FROM public.users WHERE user_id >= b';
CREATE FUNCTION scalar_sql(b bigint) RETURNS text LANGUAGE sql STABLE AS 'SELECT phone FROM public.users WHERE user_id = b';
CREATE FUNCTION writes(b bigint) RETURNS text LANGUAGE sql AS 'UPDATE public.users SET city = city WHERE user_id = b RETURNING phone';
CREATE FUNCTION definer() RETURNS SETOF text SECURITY DEFINER LANGUAGE sql AS 'SELECT phone FROM public.users ORDER BY 1';
CREATE FUNCTION definer_states() RETURNS SETOF text SECURITY DEFINER SET wdd_privacy.purpose = 'service' LANGUAGE sql AS 'SELECT phone FROM public.users ORDER BY 1';
CREATE FUNCTION of_row(u users) RETURNS text LANGUAGE sql AS 'SELECT u.phone';
CREATE FUNCTION of_row_pl(u users) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN u.id_card; END';
CREATE FUNCTION atomic_body(b bigint) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT phone FROM users WHERE user_id = b; END;
CREATE FUNCTION two(b bigint, OUT phone text, OUT id_card text) RETURNS SETOF record LANGUAGE sql STABLE AS 'SELECT phone, id_card FROM public.users WHERE user_id >= b ORDER BY user_id';
CREATE FUNCTION pl(b bigint) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    r users;
BEGIN
    SELECT * INTO r FROM users WHERE user_id = b;
    RETURN NEXT r.phone;
    FOR r IN SELECT * FROM users ORDER BY user_id LOOP RETURN NEXT r.id_card; END LOOP;
    RETURN QUERY EXECUTE 'SELECT name FROM users WHERE user_id >= $1 ORDER BY user_id' USING b;
END $$;

\echo - functions
SELECT count(*) FROM plain_sql(2);
SELECT phone FROM plain_sql(2);
SELECT scalar_sql(1);
SELECT definer();
SELECT * FROM definer_states();
SELECT count(of_row(u)) FROM users u;
SET wdd_privacy.purpose = 'ads';
SELECT user_id, phone FROM plain_sql(2) ORDER BY 1;
SELECT user_id FROM plain_sql(2) ORDER BY 1;
SELECT (plain_sql(3)).phone;
SELECT f FROM plain_sql(2) f ORDER BY 1;
SELECT scalar_sql(1), scalar_sql(4), atomic_body(1), atomic_body(4);
SELECT writes(1);
SELECT writes(4);
SELECT * FROM definer();
SELECT * FROM definer_states();
SELECT user_id, of_row(u), of_row_pl(u), u.of_row_pl FROM users u ORDER BY 1;
SELECT phone FROM two(1);
SELECT id_card FROM two(3);
SELECT * FROM two(2) WITH ORDINALITY;
SELECT * FROM pl(4);
SELECT * FROM pl(1);
SET wdd_privacy.purpose = 'self';
SET wdd_privacy.subject = '4';
SELECT * FROM pl(4);
SELECT count(*) FROM plain_sql(1);
RESET wdd_privacy.subject;

\echo - cursors
SET wdd_privacy.purpose = 'ads';
BEGIN;
DECLARE c CURSOR FOR SELECT user_id, phone FROM users ORDER BY 1;
FETCH 1 c;
SET LOCAL wdd_privacy.purpose = 'service';
FETCH 1 c;
SELECT wdd.withdraw_consent(3::bigint, 'ads');
FETCH ALL c;
ROLLBACK;
BEGIN;
DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT user_id, phone FROM users ORDER BY 1;
FETCH 1 c;
COMMIT;
RESET wdd_privacy.purpose;
FETCH ALL c;
FETCH FIRST c;
CLOSE c;
SET wdd_privacy.purpose = 'ads';
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT user_id, id_card FROM users ORDER BY 1;
SAVEPOINT a;
FETCH 1 c;
SELECT 1/0;
ROLLBACK TO a;
FETCH 3 c;
FETCH BACKWARD 1 c;
COMMIT;
BEGIN;
DECLARE c CURSOR FOR SELECT user_id, city FROM users FOR UPDATE;
MOVE 4 c;
UPDATE users SET city = 'cur' WHERE CURRENT OF c RETURNING city;
UPDATE users SET city = 'cur' WHERE CURRENT OF c RETURNING phone;
ROLLBACK;
BEGIN;
DECLARE c CURSOR FOR SELECT user_id, phone FROM users FOR UPDATE;
MOVE ALL c;
UPDATE users SET city = 'cur' WHERE CURRENT OF c RETURNING phone;
ROLLBACK;

\echo - kept plans
SET plan_cache_mode = force_generic_plan;
PREPARE p AS SELECT user_id, phone FROM users WHERE user_id > $1 ORDER BY 1;
EXECUTE p(0);
SET wdd_privacy.purpose = 'push';
EXECUTE p(0);
SET wdd_privacy.purpose = 'self';
SET wdd_privacy.subject = '5';
EXECUTE p(0);
SET wdd_privacy.purpose = 'ads';
EXECUTE p(0);
BEGIN;
SAVEPOINT a;
SELECT wdd.withdraw_consent(2::bigint, 'ads');
EXECUTE p(0);
ROLLBACK TO a;
EXECUTE p(0);
SELECT wdd.grant_consent(5::bigint, 'ads');
EXECUTE p(0);
ROLLBACK;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service; if_not_listed=mask; mask=phone';
EXECUTE p(3);
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service, ads, push';
EXECUTE p(0);
RESET wdd_privacy.purpose;
EXECUTE p(0);
RESET plan_cache_mode;

\echo - parallel workers know purpose, consents and subject of their leader
CREATE TABLE big (id integer, phone text, x integer);
INSERT INTO big SELECT i, 'p' || i, i FROM generate_series(1, 20000) i;
SECURITY LABEL FOR wdd_privacy ON TABLE big IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN big.phone IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN big.x IS 'category=identity; purposes=ads, service; if_not_listed=mask';
SELECT wdd.grant_consent(array(SELECT generate_series(1, 10000))::bigint[], 'ads');
CREATE INDEX ON big (id);
CREATE TABLE numbers AS SELECT generate_series(9990, 10010) AS i;
ANALYZE big, numbers;
CREATE FUNCTION pl_big(b integer) RETURNS text LANGUAGE plpgsql PARALLEL SAFE STABLE AS $$
DECLARE
    found_phone text;
BEGIN
    SELECT phone INTO found_phone FROM big WHERE id = b;
    RETURN found_phone;
END $$;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET wdd_privacy.purpose = 'ads';
DO $$
DECLARE
    line text;
    parallel boolean := false;
BEGIN
    FOR line IN EXPLAIN SELECT count(phone), count(x), sum(x) FROM big LOOP
        parallel := parallel OR line LIKE '%Gather%';
    END LOOP;
    RAISE NOTICE 'parallel: %', parallel;
END $$;
SELECT count(phone), count(x), sum(x) FROM big;
SELECT count(*), count(x), sum(x) FROM big;
SELECT count(*) FROM big a JOIN big b USING (id) WHERE a.phone > 'p2' AND b.x > 0;
SELECT count(pl_big(i)) FROM numbers;
SELECT count(pl_big(id)) FROM big WHERE id BETWEEN 9990 AND 10010 AND x IS NOT NULL;
BEGIN;
SELECT wdd.withdraw_consent(5::bigint, 'ads');
SELECT count(phone) FROM big;
ROLLBACK;
SELECT count(phone) FROM big;
SET wdd_privacy.purpose = 'push';
SELECT count(x) FROM big;
SELECT count(phone) FROM big;
SET wdd_privacy.purpose = 'self';
SET wdd_privacy.subject = '77';
SELECT count(*), min(phone) FROM big;
SET wdd_privacy.purpose = 'backup';
SELECT count(phone), count(x) FROM big;
DROP TABLE big, numbers;
DROP FUNCTION pl_big(integer), plain_sql(bigint), scalar_sql(bigint), writes(bigint), definer(), definer_states(), of_row(users), of_row_pl(users), atomic_body(bigint), two(bigint), pl(bigint);

RESET wdd_privacy.purpose;
DROP TABLE orders, users;
DROP EXTENSION wdd_privacy;
