-- what: a table with a constraint that tells joins as a partition or child, and is written through the root
-- known: own
-- purpose: service
-- expect: may not call functions of users
\connect - owner
CREATE FUNCTION leak(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE 'got %', t; RETURN 'x'; END $$;
CREATE TABLE visits_3 (LIKE visits, CHECK (leak(address) = 'x'));
ALTER TABLE visits ATTACH PARTITION visits_3 FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
CREATE TABLE visits_4 PARTITION OF visits (CHECK (leak(address) = 'x')) FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
CREATE TABLE child (CHECK (leak(phone) = 'x')) INHERITS (users);
\connect - dba
BEGIN;
SET LOCAL client_min_messages = error;
SELECT wdd.break_glass('fill') \g /dev/null
INSERT INTO visits VALUES (666, '2026-03-05', 'from 13900000' || '666');
COMMIT;
\connect - app
UPDATE visits SET day = '2026-03-06' WHERE day = '2026-03-05';
