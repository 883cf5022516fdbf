-- Sets where the system has no room for shared memory: a limit to the size of
-- files, which binds segments too, stands for a full /dev/shm.
\getenv module CONSENT_PROBE
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
LOAD 'wdd_privacy';         -- the probe is linked with it when it is loaded
DROP FUNCTION IF EXISTS consent_probe;
RESET client_min_messages;
CREATE FUNCTION consent_probe(purpose smallint, category smallint, kind smallint, silence boolean,
                              keys anyarray, expected float8, build_now boolean) RETURNS boolean[]
    LANGUAGE c STRICT PARALLEL SAFE AS :'module', 'consent_probe';
CREATE FUNCTION limit_files(bytes integer) RETURNS void LANGUAGE c AS :'module', 'consent_probe_limit_files';
CREATE FUNCTION ask(build_now boolean DEFAULT false) RETURNS boolean[]
    LANGUAGE sql AS $$ SELECT consent_probe(600::smallint, 0::smallint, 1::smallint, false, ARRAY['person 1', 'person 2', ''], 1, build_now) $$;
CREATE VIEW sets AS SELECT key_type, form, keys, shared FROM wdd.consent_cache_sets() WHERE purpose_id = 600;
INSERT INTO wdd.consent_state
    SELECT 600, 0, 1, NULL, NULL, 'person ' || i, i % 2 = 1, 0, '00000000-0000-0000-0000-000000000000'::uuid, '0'::xid8
    FROM generate_series(1, 5000) AS i;

SELECT limit_files(8192);
SELECT ask(true);
SELECT * FROM sets;         -- of this session alone
SELECT ask();
SELECT limit_files(NULL);
-- it is kept up to date
UPDATE wdd.consent_state SET permitted = NOT permitted WHERE key_text = 'person 2';
SELECT ask();
SELECT * FROM sets;
-- another session has none, finds room, and then this set is everybody's
\c -
LOAD 'wdd_privacy';
SELECT * FROM sets;
SELECT ask(true);
SELECT * FROM sets;
UPDATE wdd.consent_state SET permitted = false WHERE key_text = 'person 2';
SELECT ask();
SELECT * FROM sets;
DROP VIEW sets;
DROP FUNCTION ask, limit_files, consent_probe;
