-- The database that every attack is tried on.  Run by psql as dba, with the
-- variable guarded: with labels, or without any, which is the guard off.
--
-- Person 666 permits nothing: the purpose ads needs a consent that 666 never
-- gave, and 666 objected to service.  Persons 1 to 20 permit service, 1 to 5
-- ads.  What an attack is after is in the rows of 666: 13900000666 above all.
--
-- Roles: app works under service and ads; analyst may read, but has no purpose;
-- owner owns the tables, and has none either; dba is a superuser without any.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION wdd_privacy;

SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true), wdd.add_category('trade'),
    wdd.add_purpose('service', 'legitimate_interest'), wdd.add_purpose('ads', 'consent'),
    wdd.grant_purpose('service', 'app'), wdd.grant_purpose('ads', 'app') \g /dev/null

GRANT CREATE ON SCHEMA public TO app, owner;
SET ROLE owner;

CREATE TABLE users (
    user_id bigint PRIMARY KEY,
    name    text,
    phone   text UNIQUE,
    email   text,
    city    text
);
CREATE TABLE orders (
    order_id bigint PRIMARY KEY,
    user_id  bigint REFERENCES users ON DELETE CASCADE,
    item     text,
    amount   numeric,
    note     text
);
CREATE TABLE visits (user_id bigint, day date, address text) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');

INSERT INTO users
    SELECT i, 'person ' || i, '138' || lpad(i::text, 8, '0'), 'p' || i || '@example.com', 'Beijing'
    FROM generate_series(1, 20) i;
INSERT INTO users VALUES (666, '秘密', '13900000666', 'secret@example.com', 'Shanghai');
INSERT INTO orders
    SELECT 10 * u.user_id, u.user_id, 'book', u.user_id, 'call ' || u.phone FROM users u;
INSERT INTO visits
    SELECT u.user_id, d, 'from ' || u.phone FROM users u, unnest('{2026-01-05,2026-02-05}'::date[]) d;

CREATE VIEW contacts AS SELECT user_id, phone, email, city FROM users;
GRANT SELECT, INSERT, UPDATE, DELETE, REFERENCES, TRIGGER ON users, orders, visits, visits_1, visits_2, contacts TO app;
GRANT SELECT ON users, orders, visits, visits_1, visits_2, contacts TO analyst;
RESET ROLE;

SELECT wdd.register_persons(ARRAY(SELECT user_id FROM users)),
    wdd.grant_consent(ARRAY[1, 2, 3, 4, 5]::bigint[], 'ads'), wdd.object_to(666::bigint, 'service') \g /dev/null

\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.name IS 'category=identity; purposes=service; mask=name';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service, ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.email IS 'category=contact; purposes=service; if_not_permitted=error';
SECURITY LABEL FOR wdd_privacy ON TABLE orders IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN orders.note IS 'category=trade; purposes=service';
SECURITY LABEL FOR wdd_privacy ON TABLE visits IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.address IS 'category=contact; purposes=service';
\endif
ANALYZE;
