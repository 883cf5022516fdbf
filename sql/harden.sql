-- Second walls: wdd.harden() and wdd.unharden().  What happens without the
-- library is in test/t/harden.pl.
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_category('contact'), wdd.add_purpose('ads', 'consent'), wdd.add_purpose('service', 'contract');
CREATE ROLE regress_owner;
CREATE ROLE regress_app;
CREATE ROLE regress_admin;
GRANT CREATE ON SCHEMA public TO regress_owner;
SELECT wdd.grant_purpose(p, r) FROM unnest('{ads, service, backup}'::text[]) p, unnest('{regress_owner, regress_app}'::regrole[]) r;
SELECT wdd.grant_duty('administer', 'regress_owner'), wdd.grant_duty('administer', 'regress_admin');
SET ROLE regress_owner;
CREATE TABLE users (user_id bigint PRIMARY KEY, phone text, city text);
INSERT INTO users SELECT i, 'p' || i, 'c' FROM generate_series(1, 4) i;
CREATE TABLE visits (user_id bigint, day date, place text) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
INSERT INTO visits SELECT i, '2026-01-05', 'here' FROM generate_series(1, 4) i;
CREATE TABLE plain (a integer);
CREATE VIEW users_view AS SELECT * FROM users;
GRANT ALL ON users, visits, visits_1, plain, users_view TO regress_app;

-- what cannot be hardened
SELECT wdd.harden(NULL);
SELECT wdd.harden('users_view');
SELECT wdd.harden('users');
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON TABLE visits IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.place IS 'category=contact; purposes=ads, service';
RESET ROLE;
SELECT wdd.grant_consent(ARRAY[1, 3]::bigint[], 'ads');
SELECT wdd.harden('visits_1');
SET ROLE regress_app;
SELECT wdd.harden('users');
SELECT wdd.unharden('users');
SET ROLE regress_admin;
SELECT wdd.harden('users');
SET ROLE regress_owner;

-- hardened: nothing else changes
SELECT wdd.harden('users'), wdd.harden('visits');
SELECT tablename, policyname, permissive, roles, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2;
SELECT oid::regclass, relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid IN ('users'::regclass, 'visits'::regclass, 'visits_1'::regclass) ORDER BY 1;
SELECT phone FROM users;
SET wdd_privacy.purpose = 'ads';
SELECT * FROM users ORDER BY 1;
SELECT count(*) FROM users;
SELECT * FROM visits ORDER BY 1;
SELECT * FROM visits_1 ORDER BY 1;
SELECT * FROM users_view ORDER BY 1;
COPY users TO STDOUT;
COPY (SELECT phone FROM users ORDER BY 1) TO STDOUT;
SET ROLE regress_app;
SET wdd_privacy.purpose = 'service';
SELECT * FROM users ORDER BY 1;
INSERT INTO users VALUES (5, 'p5', 'c') RETURNING phone;
INSERT INTO users VALUES (5, 'p5', 'c') ON CONFLICT (user_id) DO UPDATE SET phone = 'p5x' RETURNING phone;
UPDATE users SET phone = 'p5y' WHERE user_id = 5 RETURNING phone;
MERGE INTO users u USING (VALUES (5, 'p5z'), (6, 'p6')) v (id, phone) ON u.user_id = v.id
    WHEN MATCHED THEN UPDATE SET phone = v.phone WHEN NOT MATCHED THEN INSERT VALUES (v.id, v.phone, 'c');
DELETE FROM users WHERE user_id = 6 RETURNING phone;
WITH moved AS (DELETE FROM visits WHERE user_id = 4 RETURNING place) SELECT u.phone, m.place FROM users u, moved m WHERE u.user_id = 5;
SELECT phone FROM users WHERE EXISTS (SELECT FROM visits v WHERE v.user_id = users.user_id AND v.place = 'here') ORDER BY 1;
PREPARE ask (bigint) AS SELECT phone FROM users WHERE user_id = $1;
EXECUTE ask (1);
EXECUTE ask (5);
-- what PostgreSQL refuses where there is row security
\copy users FROM '/dev/null'
SET row_security = off;
SELECT phone FROM users;
RESET row_security;

-- the plan is that of a table that is not hardened: no policy in it, and indexes
-- stay in use, also for conditions that are not leakproof
RESET ROLE;
INSERT INTO users SELECT i, 'p' || i, 'c' FROM generate_series(100, 3000) i;
CREATE INDEX users_phone ON users (lower(phone));
ANALYZE users;
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        RETURN NEXT regexp_replace(line, 'q[0-9]+/', 'q/');
    END LOOP;
END $$;
SET ROLE regress_app;
SELECT plan_of($$SELECT phone FROM users WHERE lower(phone) = 'p5z'$$);
SELECT plan_of('SELECT phone FROM users WHERE user_id = 5');
EXPLAIN (COSTS OFF, VERBOSE) UPDATE users SET phone = 'p' WHERE user_id = 5;
RESET ROLE;
SELECT wdd.unharden('users');
SET ROLE regress_app;
SELECT plan_of($$SELECT phone FROM users WHERE lower(phone) = 'p5z'$$);
RESET ROLE;
SELECT wdd.harden('users');

-- policies that the table gets later are in force, as they would be without
SET ROLE regress_owner;
CREATE POLICY own_city ON users TO regress_app USING (city = 'd');
SET ROLE regress_app;
EXECUTE ask (5);
SELECT count(*) FROM users;
INSERT INTO users VALUES (7, 'p7', 'c');
INSERT INTO users VALUES (7, 'p7', 'd') RETURNING phone;
SET ROLE regress_owner;
SELECT count(*) FROM users;         -- a role without a policy sees nothing
DROP POLICY own_city ON users;
SET ROLE regress_app;
SELECT count(*) > 2900 AS again FROM users;
EXECUTE ask (5);
-- a function that is inlined depends on the role, too
RESET ROLE;
CREATE POLICY own_city ON users USING (current_user = 'regress_app' OR user_id = 1);
CREATE FUNCTION few() RETURNS SETOF bigint LANGUAGE sql STABLE AS 'SELECT user_id FROM public.users WHERE user_id < 4';
PREPARE few AS SELECT count(*) FROM few();
SET ROLE regress_app;
EXECUTE few;
SET ROLE regress_owner;
EXECUTE few;
RESET ROLE;
DROP POLICY own_city ON users;

-- what cannot be called by hand
SELECT wdd.second_wall('users');
SELECT wdd.second_wall('plain');
SELECT wdd.second_wall(NULL);
SELECT wdd.second_wall_rest('users');

-- labels gone: closed
SET ROLE regress_owner;
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.place IS NULL;
SECURITY LABEL FOR wdd_privacy ON TABLE visits IS NULL;
SELECT count(*) FROM visits;
INSERT INTO visits VALUES (1, '2026-01-06', 'there');
SELECT wdd.harden('visits');
SECURITY LABEL FOR wdd_privacy ON TABLE visits IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.place IS 'category=contact; purposes=service';
SELECT count(*) FROM visits;

-- again: mends, and takes new children along
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
ALTER TABLE visits DISABLE ROW LEVEL SECURITY;
SELECT wdd.harden('visits');
SELECT wdd.harden('visits');
SELECT polrelid::regclass, polname FROM pg_policy WHERE polrelid <> 'users'::regclass ORDER BY 1, 2;
SELECT oid::regclass, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname ~ '^visits' AND relkind IN ('r', 'p') ORDER BY 1;

-- foreign keys
RESET ROLE;
CREATE TABLE orders (order_id bigint, user_id bigint REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE, note text);
ALTER TABLE orders OWNER TO regress_owner;
GRANT ALL ON orders TO regress_app;
INSERT INTO orders VALUES (1, 5, 'n'), (2, 1, 'n');
SET ROLE regress_owner;
SECURITY LABEL FOR wdd_privacy ON TABLE orders IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN orders.note IS 'category=contact; purposes=service';
SELECT wdd.harden('orders');
ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
SET ROLE regress_app;
INSERT INTO orders VALUES (3, 99, 'n');
INSERT INTO orders VALUES (3, 1, 'n');
DELETE FROM users WHERE user_id = 5;
SELECT order_id, note FROM orders ORDER BY 1;

-- taken off
SET ROLE regress_owner;
SELECT wdd.unharden(NULL);
SELECT wdd.unharden('visits'), wdd.unharden('visits'), wdd.unharden('plain');
SELECT oid::regclass, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname ~ '^visits' AND relkind IN ('r', 'p') ORDER BY 1;
COPY visits FROM STDIN;
1	2026-01-07	there
\.

-- row security of the table's own
CREATE POLICY own_place ON visits USING (place = 'here');
SELECT wdd.harden('visits');
ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
SELECT wdd.harden('visits');
ALTER TABLE visits FORCE ROW LEVEL SECURITY;
SELECT wdd.harden('visits');
SELECT polrelid::regclass, polname FROM pg_policy WHERE polrelid = 'visits'::regclass ORDER BY 1, 2;
SELECT place FROM visits;
SELECT wdd.unharden('visits');
SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'visits'::regclass;
SELECT place FROM visits;
DROP POLICY own_place ON visits;
ALTER TABLE visits NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;
-- made after hardening, they stay in force
SELECT wdd.harden('visits');
CREATE POLICY own_place ON visits USING (place = 'here');
SELECT wdd.unharden('visits');
SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'visits'::regclass;
SELECT place FROM visits;

-- DROP EXTENSION
RESET ROLE;
DROP EXTENSION wdd_privacy;
DROP EXTENSION wdd_privacy CASCADE;
SELECT polrelid::regclass, polname FROM pg_policy;
SET ROLE regress_app;
SELECT count(*) > 2900 AS open FROM users;
RESET ROLE;
DROP VIEW users_view;
DROP FUNCTION few(), plan_of(text);
DROP TABLE orders, users, visits, plain;
REVOKE CREATE ON SCHEMA public FROM regress_owner;
DROP ROLE regress_owner, regress_app, regress_admin;
