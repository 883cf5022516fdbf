-- Partitions and inheritance: labels stand on roots and protect every child,
-- however it is addressed, and go with tables that leave.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_category('contact');
SELECT wdd.add_purpose('ads', 'consent');
SELECT wdd.grant_purpose('ads', session_user::regrole);
SELECT wdd.grant_consent(ARRAY[1, 3, 11, 13]::bigint[], 'ads');

\echo - partitions, also of another column order, also below partitions
CREATE TABLE visits (user_id bigint, day integer, ip text, page text) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (1) TO (10) PARTITION BY LIST (user_id);
CREATE TABLE visits_1_a PARTITION OF visits_1 FOR VALUES IN (1, 2);
CREATE TABLE visits_1_b PARTITION OF visits_1 DEFAULT;
CREATE TABLE visits_2 (page text, gone integer, ip text, day integer, user_id bigint);
ALTER TABLE visits_2 DROP COLUMN gone;
ALTER TABLE visits ATTACH PARTITION visits_2 FOR VALUES FROM (10) TO (20);
INSERT INTO visits SELECT i, d, 'ip' || i, 'page' FROM generate_series(1, 4) i, unnest(ARRAY[1, 11]) d;
SECURITY LABEL FOR wdd_privacy ON TABLE visits IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.ip IS 'category=contact; purposes=ads';
SELECT ip FROM visits;
SELECT ip FROM visits_1_a;
SELECT ip FROM ONLY visits_2;
SELECT count(page) FROM visits_2;
COPY visits_2 TO stdout;
COPY visits_1_a (day, page) TO stdout;
SET wdd_privacy.purpose = 'ads';
SELECT tableoid::regclass, user_id, ip FROM visits ORDER BY day, user_id;
SELECT user_id, ip FROM visits_1_a ORDER BY 1;
SELECT user_id, ip FROM visits_1 ORDER BY 1;
SELECT user_id, ip FROM visits_2 ORDER BY 1;
COPY visits_2 (user_id, ip) TO stdout;
INSERT INTO visits VALUES (1, 12, 'new', 'p'), (1, 2, 'new', 'p');
INSERT INTO visits VALUES (2, 12, 'new', 'p');
INSERT INTO visits_2 (user_id, day, ip) VALUES (2, 12, 'new');
INSERT INTO visits_1_a VALUES (2, 2, 'new', 'p');
UPDATE visits SET ip = 'moved', day = day + 10 WHERE user_id = 1 AND day = 2 RETURNING tableoid::regclass, ip;
UPDATE visits SET ip = 'x' WHERE user_id = 2;
UPDATE visits SET day = 12 WHERE user_id = 2 AND day = 1 RETURNING tableoid::regclass, page;
UPDATE visits_2 SET page = 'seen' WHERE ip LIKE '%' RETURNING user_id;
DELETE FROM visits WHERE ip = 'new' RETURNING user_id, ip;
COPY visits (user_id, day, ip) FROM stdin;
3	5	copied
4	15	\N
\.
COPY visits (user_id, day, ip) FROM stdin;
3	5	copied
4	15	copied
\.
RESET wdd_privacy.purpose;

\echo - where labels may stand
SECURITY LABEL FOR wdd_privacy ON TABLE visits_2 IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits_2.ip IS 'purposes=ads';

\echo - leaving and joining
ALTER TABLE visits DETACH PARTITION visits_2;
SELECT * FROM wdd.label_fields('visits_2') WHERE key IN ('subject', 'purposes') ORDER BY attnum;
SELECT ip FROM visits_2;
CREATE TABLE visits_3 (LIKE visits);
SECURITY LABEL FOR wdd_privacy ON COLUMN visits_3.page IS 'purposes=ads';
ALTER TABLE visits ATTACH PARTITION visits_3 FOR VALUES FROM (30) TO (40);
SECURITY LABEL FOR wdd_privacy ON COLUMN visits_3.page IS NULL;
ALTER TABLE visits ATTACH PARTITION visits_3 FOR VALUES FROM (30) TO (40);
SELECT ip FROM visits_3;
ALTER TABLE visits ATTACH PARTITION visits_2 FOR VALUES FROM (10) TO (20);
SELECT relation, column_name, key, value FROM wdd.label_fields('visits_2') WHERE key IN ('subject', 'purposes') ORDER BY attnum;
SELECT ip FROM visits_2;
DROP TABLE visits;

\echo - inheritance: a child has columns of its own
CREATE TABLE parent (user_id bigint, phone text);
CREATE TABLE child (extra text) INHERITS (parent);
INSERT INTO parent VALUES (1, 'p1'), (2, 'p2');
INSERT INTO child VALUES (3, 'p3', 'e3'), (4, 'p4', 'e4');
SECURITY LABEL FOR wdd_privacy ON TABLE parent IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN parent.phone IS 'category=contact; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN child.phone IS 'category=contact; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN child.extra IS 'category=contact; purposes=ads';
SELECT phone FROM child;
SELECT extra FROM child;
SET wdd_privacy.purpose = 'ads';
SELECT phone FROM parent ORDER BY 1;
SELECT phone FROM ONLY parent ORDER BY 1;
SELECT phone, extra FROM child ORDER BY 1;
RESET wdd_privacy.purpose;
ALTER TABLE child NO INHERIT parent;
SELECT phone FROM child;
SELECT relation, column_name, key, value FROM wdd.label_fields('child') WHERE key IN ('subject', 'purposes') ORDER BY attnum;
ALTER TABLE child INHERIT parent;
SELECT relation, column_name, key, value FROM wdd.label_fields('child') WHERE key IN ('subject', 'purposes') ORDER BY relation::text, attnum;

\echo - a child that is protected below a parent that is not
CREATE TABLE plain (user_id bigint, phone text);
ALTER TABLE parent INHERIT plain;
SELECT phone FROM plain;
SET wdd_privacy.purpose = 'ads';
SELECT phone FROM plain;
SELECT phone FROM parent ORDER BY 1;
RESET wdd_privacy.purpose;
DROP TABLE child, parent, plain;

\echo - maintenance goes on
CREATE TABLE kept (user_id bigint PRIMARY KEY, phone text);
SECURITY LABEL FOR wdd_privacy ON TABLE kept IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN kept.phone IS 'category=contact; purposes=ads';
INSERT INTO kept (user_id) SELECT generate_series(1, 100);
CREATE INDEX kept_phone ON kept (phone);
CREATE INDEX CONCURRENTLY kept_lower ON kept (lower(phone));
VACUUM FULL kept;
VACUUM ANALYZE kept;
CLUSTER kept USING kept_pkey;
REINDEX TABLE kept;
ALTER TABLE kept ADD COLUMN age integer, ALTER COLUMN phone TYPE varchar(20);
ALTER TABLE kept RENAME COLUMN phone TO mobile;
SELECT mobile FROM kept;
ALTER TABLE kept RENAME TO renamed;
SELECT mobile FROM renamed;
ALTER TABLE renamed DROP COLUMN mobile;
SELECT * FROM renamed WHERE user_id = 1;
TRUNCATE renamed;
DROP TABLE renamed;
DROP EXTENSION wdd_privacy;
