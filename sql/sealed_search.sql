-- Search in sealed columns: every form in which an application asks uses the
-- index, from the table and through a view, and what cannot be compared is told.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on
SELECT wdd.add_purpose('service', 'contract'), wdd.add_purpose('ads', 'consent');
CREATE ROLE app LOGIN;
SELECT wdd.grant_purpose(p, r) FROM unnest(ARRAY['service', 'ads', 'restore']) p, unnest(ARRAY[session_user::regrole, 'app']) r;
SET wdd_privacy.purpose = 'service';
CREATE TABLE users (id bigint PRIMARY KEY, phone wdd.sealed_phone(suffix) UNIQUE, mail wdd.sealed_email, note wdd.sealed_text(searchable),
    card wdd.sealed_id_card(unsearchable), free wdd.sealed_text, born wdd.sealed_date, city text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, phone wdd.sealed_phone, plain text);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON TABLE orders IS 'subject=user_id';
DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY '{users.phone,users.mail,users.note,users.card,users.free,users.born,orders.phone}'::text[] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN %s IS %L', name, 'purposes=service');
    END LOOP;
END $$;
INSERT INTO users SELECT i, '138' || to_char(i, 'FM00000000'), 'u' || i || '@example.com', 'n' || i % 50, NULL, 'f' || i, NULL, 'c' || i % 10
    FROM generate_series(1, 4000) i;
UPDATE users SET card = '11010519491231002X', born = '1949-12-31' WHERE id < 3;
CREATE INDEX users_mail ON users USING hash (mail);
CREATE INDEX users_note ON users (note);
CREATE INDEX users_last_four ON users USING hash (phone wdd.sealed_phone_last_four_ops);
INSERT INTO orders SELECT i, i, '138' || to_char(i % 4000 + 1, 'FM00000000'), '138' || to_char(i % 4000 + 1, 'FM00000000') FROM generate_series(1, 3000) i;
ALTER TABLE orders ADD FOREIGN KEY (phone) REFERENCES users (phone);
CREATE INDEX orders_phone ON orders USING hash (phone);
ANALYZE users, orders;
GRANT SELECT ON users, orders TO app;
CREATE VIEW as_table AS SELECT * FROM users;
CREATE VIEW revealed WITH (security_invoker) AS SELECT id, wdd.reveal(phone) AS phone, wdd.reveal(mail) AS mail, city FROM users;
GRANT SELECT ON as_table, revealed TO app;
-- the scans and joins of a plan; a sealed constant is another one each time
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ 'Scan|Join|Loop|Cond|Aggregate|Unique|Group|Arbiter' AND line !~ 'Recheck' THEN
            RETURN NEXT regexp_replace(line, 'wdd1:[A-Za-z0-9+/]*=*', 'wdd1:...', 'g');
        END IF;
    END LOOP;
END $$;

SET ROLE app;
\echo - literals
SELECT plan($$SELECT id FROM users WHERE phone = '138-0000-0007'$$);
SELECT plan($$SELECT id FROM users WHERE '13800000007' = phone$$);
SELECT plan($$SELECT id FROM users WHERE phone = '13800000007'::text$$);
SELECT plan($$SELECT id FROM users WHERE '13800000007'::varchar = phone$$);
SELECT plan($$SELECT id FROM users WHERE phone IN ('13800000007', '13800000008')$$);
SELECT plan($$SELECT id FROM users WHERE phone IN ('13800000007'::text, '13800000008'::text)$$);
SELECT plan($$SELECT id FROM users WHERE phone = ANY ('{13800000007,13800000008}')$$);
SELECT plan($$SELECT id FROM users WHERE phone = ANY ('{13800000007,13800000008}'::text[])$$);
SELECT plan($$SELECT id FROM users WHERE mail = 'U7@Example.com'$$);
SELECT plan($$SELECT id FROM users WHERE mail = 'U7@Example.com'::text OR phone = '13800000008'$$);
SELECT plan($$SELECT id FROM users WHERE note = 'n7' AND city = 'c7'$$);
SELECT id FROM users WHERE phone = '+86 138 0000 0007';
SELECT id FROM users WHERE '13800000007'::varchar = phone;
SELECT id FROM users WHERE phone IN ('13800000007', '13800000008') ORDER BY id;
SELECT id FROM users WHERE phone = ANY ('{13800000008,13800000007,"138 0000 0008",13900000000}'::text[]) ORDER BY id;
SELECT id FROM users WHERE mail = 'U7@Example.com'::text OR phone = '13800000008' ORDER BY id;
SELECT count(*) FROM users WHERE note = 'n7' AND city = 'c7';
SELECT count(*) FROM users WHERE phone <> '13800000007' AND mail <> 'u8@example.com'::text;
SELECT count(*) FROM users WHERE phone NOT IN ('13800000007', '13800000008');
SELECT id FROM users WHERE phone IS NOT DISTINCT FROM '13800000007';
SELECT id FROM users WHERE phone = '13800000007' AND phone = '13800000008';

\echo - parameters: untyped, typed as the plain type, in lists and arrays; generic plans
SET plan_cache_mode = force_generic_plan;
PREPARE untyped AS SELECT id FROM users WHERE phone = $1;
PREPARE typed(text) AS SELECT id FROM users WHERE phone = $1;
PREPARE named(varchar) AS SELECT id FROM users WHERE $1 = phone;
PREPARE list AS SELECT id FROM users WHERE phone IN ($1, $2) ORDER BY id;
PREPARE list_of_texts(text, text) AS SELECT id FROM users WHERE phone IN ($1, $2) ORDER BY id;
PREPARE texts(text[]) AS SELECT id FROM users WHERE phone = ANY ($1) ORDER BY id;
PREPARE untyped_array AS SELECT id FROM users WHERE phone = ANY ($1) ORDER BY id;
PREPARE hashed(text) AS SELECT id FROM users WHERE mail = $1;
PREPARE hashed_array(text[]) AS SELECT id FROM users WHERE mail = ANY ($1) ORDER BY id;
PREPARE digits AS SELECT id FROM users WHERE phone *= $1;
SELECT plan('EXECUTE untyped(''13800000007'')');
SELECT plan('EXECUTE typed(''13800000007'')');
SELECT plan('EXECUTE named(''13800000007'')');
SELECT plan('EXECUTE list(''13800000007'', ''13800000008'')');
SELECT plan('EXECUTE list_of_texts(''13800000007'', ''13800000008'')');
SELECT plan('EXECUTE texts(''{13800000007,13800000008}'')');
SELECT plan('EXECUTE untyped_array(''{13800000007,13800000008}'')');
SELECT plan('EXECUTE hashed(''u7@example.com'')');
SELECT plan('EXECUTE digits(''0007'')');
EXECUTE untyped('13800000007');
EXECUTE typed('138 0000 0007');
EXECUTE named('8613800000007');
EXECUTE list('13800000007', '13800000008');
EXECUTE list_of_texts('13800000007', '13800000008');
EXECUTE texts('{13800000007,NULL,13800000008}');
EXECUTE untyped_array('{13800000007,13800000008}');
EXECUTE hashed('U7@EXAMPLE.COM');
EXECUTE hashed_array('{u7@example.com,u8@example.com,u9@example.com,u10@example.com,u1@example.com,u2@example.com,u3@example.com,u4@example.com,u5@example.com}');
EXECUTE digits('0007');
RESET plan_cache_mode;

\echo - joins, groups, distinct values
SELECT plan('SELECT u.id FROM orders o JOIN users u USING (phone) WHERE o.id = 7');
SELECT plan('SELECT u.id FROM orders o JOIN users u ON u.phone = o.plain WHERE o.id = 7');
SELECT plan('SELECT u.id FROM orders o JOIN users u USING (phone)');
SELECT plan('SELECT u.id FROM orders o JOIN users u ON u.phone = o.plain');
SELECT plan('SELECT note, count(*) FROM users GROUP BY note');
SELECT count(*) FROM orders o JOIN users u USING (phone);
SELECT count(*) FROM orders o JOIN users u ON u.phone = o.plain;
SET enable_hashjoin = off; SET enable_nestloop = off;
SELECT plan('SELECT u.id FROM orders o JOIN users u USING (phone)');
SELECT count(*) FROM orders o JOIN users u USING (phone);
RESET enable_hashjoin; RESET enable_nestloop;
SELECT count(*), min(n), max(n) FROM (SELECT count(*) AS n FROM users GROUP BY note) g;
SELECT count(DISTINCT note), count(DISTINCT phone) FROM users;
SET enable_hashagg = off;
SELECT count(*) FROM (SELECT DISTINCT note FROM users) d;
RESET enable_hashagg;
SELECT count(*) FROM (SELECT phone FROM users UNION SELECT phone FROM orders) u;
SELECT count(*) FROM (SELECT phone FROM users EXCEPT SELECT phone FROM orders) u;
SELECT count(*) FROM users u WHERE EXISTS (SELECT FROM orders o WHERE o.phone = u.phone);

\echo - through views
SELECT plan($$SELECT id FROM as_table WHERE phone = '13800000007'$$);
SELECT plan($$SELECT id FROM revealed WHERE phone = '13800000007'$$);
SELECT plan($$SELECT id FROM revealed WHERE phone IN ('13800000007', '13800000008')$$);
SELECT plan($$SELECT id FROM revealed WHERE mail = 'U7@example.com'$$);
SELECT plan($$SELECT id FROM users WHERE phone::text = '13800000007'$$);
PREPARE through_view AS SELECT id, phone FROM revealed WHERE phone = $1;
SET plan_cache_mode = force_generic_plan;
SELECT plan('EXECUTE through_view(''13800000007'')');
EXECUTE through_view('138 0000 0007');
RESET plan_cache_mode;

\echo - the last four digits
SELECT plan($$SELECT id FROM users WHERE phone *= '0007'$$);
SELECT id, wdd.reveal(phone) FROM users WHERE phone *= '0007';
SELECT count(*) FROM users WHERE phone *= '5000';
SELECT id FROM users WHERE phone *= ANY (SELECT digits FROM (VALUES ('0007'), ('0008')) v (digits)) OR id = 1 ORDER BY 1;
SELECT o.id FROM (VALUES ('0007'), ('0008')) v (digits) JOIN users u ON u.phone *= v.digits JOIN orders o ON o.id = u.id ORDER BY 1;
SET enable_nestloop = off;
SELECT count(*) FROM (VALUES ('0007'), ('0008')) v (digits) JOIN users u ON u.phone *= v.digits;
RESET enable_nestloop;
SET enable_indexscan = off; SET enable_bitmapscan = off;
SELECT id FROM users WHERE phone *= '0007';
RESET enable_indexscan; RESET enable_bitmapscan;
SELECT count(*) FROM users a JOIN users b ON a.phone *=* b.phone WHERE a.id < 4;
SELECT id FROM users WHERE phone *= '007';
SELECT id FROM users WHERE phone *= '00O7';
SELECT id FROM users WHERE phone *= '';
SELECT id FROM orders WHERE phone *= '0007';
RESET ROLE;
CREATE INDEX ON orders USING hash (phone wdd.sealed_phone_last_four_ops);

\echo - unique constraints, ON CONFLICT, foreign keys
SELECT plan($$INSERT INTO users (id, phone) VALUES (9000, '13800000007') ON CONFLICT (phone) DO NOTHING$$);
INSERT INTO users (id, phone) VALUES (9000, '13800000007') ON CONFLICT (phone) DO NOTHING;
INSERT INTO users (id, phone) VALUES (9000, '138 0000 0007') ON CONFLICT (phone) DO UPDATE SET city = 'elsewhere' RETURNING id, city;
INSERT INTO users (id, phone) VALUES (9000, '13800000007');
UPDATE orders SET phone = '13900000000' WHERE id = 7;
DELETE FROM users WHERE phone = '13800000007';

\echo - partitions by a sealed column: those that cannot have the value are left out when the statement starts
CREATE TABLE parts (id bigint, phone wdd.sealed_phone) PARTITION BY HASH (phone);
SECURITY LABEL FOR wdd_privacy ON TABLE parts IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN parts.phone IS 'purposes=service';
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parts SELECT i, '138' || to_char(i, 'FM00000000') FROM generate_series(1, 100) i;
SELECT count(*) BETWEEN 20 AND 80 FROM parts_0;
SELECT id FROM parts WHERE phone = '13800000007';
SELECT id FROM parts WHERE phone IN ('13800000007'::text, '13800000008') ORDER BY id;

\echo - what cannot be compared
SELECT id FROM users WHERE phone = 'Jack';
SELECT id FROM users WHERE phone = 'Jack'::text;
SELECT id FROM users WHERE free = 'f7';
SELECT id FROM users WHERE free = 'f7'::text;
SELECT id FROM users WHERE card = '11010519491231002X';
SELECT id FROM users WHERE born = '1949-12-31';
SELECT id FROM users WHERE born = date '1949-12-31';
SELECT id FROM users WHERE mail = phone;
SELECT count(DISTINCT card), count(DISTINCT born), count(DISTINCT free) FROM users;
SELECT count(*) FROM users a JOIN users b USING (born);
-- outside a checked statement nobody compares values of their own choice
SELECT phone AS armour FROM users WHERE id = 7 \gset
SELECT :'armour'::wdd.sealed_phone = '13800000007';
SELECT :'armour'::wdd.sealed_phone = '13800000007'::text;
SELECT '13800000007'::text = :'armour'::wdd.sealed_phone;
SELECT :'armour'::wdd.sealed_phone <> '13800000007';
SELECT :'armour'::wdd.sealed_phone < '13800000007';
SELECT :'armour'::wdd.sealed_phone *= '0007';
SELECT :'armour'::wdd.sealed_phone IN ('13800000007', '13800000008');
SELECT :'armour'::wdd.sealed_phone = ANY ('{13800000007,13800000008}'::text[]);
SELECT count(*) FROM (VALUES (:'armour'::wdd.sealed_phone), ('13800000007')) v (phone) GROUP BY phone;
SELECT count(*) FROM (VALUES ('13800000007'::text)) v (phone) JOIN (VALUES (:'armour'::wdd.sealed_phone)) w (phone) ON w.phone = v.phone;
SELECT DISTINCT phone FROM unnest(ARRAY[:'armour', '13800000007']::wdd.sealed_phone[]) phone;
-- nor calls what indexes call
SELECT proname FROM pg_proc WHERE pronamespace = 'wdd'::regnamespace AND proname ~ '^sealed_.*_(cmp|hash)'
    AND has_function_privilege('app', oid, 'EXECUTE');
SET ROLE app;
SELECT wdd.sealed_phone_last_four_hash(phone) FROM users;
SELECT wdd.sealed_phone_text_cmp_text('13800000007', '13800000008');
-- but finds by the index, for a purpose that may
SET wdd_privacy.purpose = 'ads';
SELECT id FROM users WHERE phone = '13800000007';
SELECT id FROM users WHERE phone *= '0007';
RESET wdd_privacy.purpose;
SELECT id FROM users WHERE phone = '13800000007';
RESET ROLE;

\echo - tokens of different epochs are never silently different
SELECT 'wdd1:' || translate(encode(set_byte(decode(substr(:'armour', 6), 'base64'), 20, 2), 'base64'), E'\n', '') AS other_epoch \gset
CREATE TABLE restored (id bigint, phone wdd.sealed_phone, digits wdd.sealed_phone(suffix));
SECURITY LABEL FOR wdd_privacy ON TABLE restored IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN restored.phone IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN restored.digits IS 'purposes=service';
SET wdd_privacy.purpose = 'restore';
INSERT INTO restored VALUES (7, :'other_epoch', :'other_epoch');
SET wdd_privacy.purpose = 'service';
SELECT id FROM restored WHERE phone = '13800000007';
SELECT id FROM restored WHERE phone = '13900000009'::text;
SELECT id FROM restored WHERE digits *= '0007';
SELECT u.id FROM users u, restored r WHERE u.id < 9 AND u.phone = r.phone;

\echo - statistics without values
DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY '{phone,mail,note,card,free,born}'::text[] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN users.%s IS NULL', name);
    END LOOP;
END $$;
SELECT attname, round(null_frac::numeric, 2), n_distinct, most_common_vals IS NULL AS no_values, histogram_bounds IS NULL AS no_bounds, correlation IS NULL AS no_order
    FROM pg_stats WHERE tablename = 'users' AND attname NOT IN ('id', 'city') ORDER BY 1;

SET client_min_messages = warning;
DROP VIEW as_table, revealed;
DROP TABLE users, orders, restored, parts;
DROP FUNCTION plan;
DROP EXTENSION wdd_privacy CASCADE;
DROP ROLE app;
