-- The set of persons' keys, compared with an array that says the same while
-- keys are put in and taken out at random and the set grows.
\getenv module CONSENT_PROBE
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS wdd_privacy;
LOAD 'wdd_privacy';         -- the probe is linked with it when it is loaded
RESET client_min_messages;
CREATE FUNCTION consent_set_check(seed integer, universe text, n integer, steps integer) RETURNS text
    LANGUAGE c STRICT AS :'module', 'consent_set_check';
CREATE FUNCTION consent_set_measure(seed integer, universe text, n integer, share float8, in_order boolean) RETURNS float8[]
    LANGUAGE c STRICT AS :'module', 'consent_set_measure';
CREATE TEMPORARY TABLE universe (n serial, name text);
INSERT INTO universe (name) VALUES
    ('dense'), ('negative'), ('outliers'), ('strided'), ('extremes'), ('random'),
    ('snowflake'), ('clusters'), ('exponential'), ('nested'),
    ('uuid'), ('uuid v7'), ('uuid of one half'), ('uuid of few halves'), ('text');

SELECT name, array_agg(DISTINCT consent_set_check(seed, name, size, 12000)) AS form
FROM universe, generate_series(1, 3) AS seed, unnest('{40,4000}'::integer[]) AS size
GROUP BY universe.n, name ORDER BY universe.n;

-- Memory where a tenth, half and nine tenths of 100,000 keys are stored: bytes a
-- key, of dense ones bits a person.
SELECT name, share, bytes <= CASE WHEN name ~ '^(dense|negative)$' THEN 2 / 8.0 / share WHEN name ~ '^(uuid|text)' THEN 24 ELSE 16 END AS within
FROM universe, unnest('{0.1,0.5,0.9}'::float8[]) AS share,
     LATERAL (SELECT (consent_set_measure(1, name, 100000, share, true))[1] AS bytes) AS measured
WHERE name NOT IN ('exponential', 'nested')     -- too few bits for 100,000 of them
ORDER BY n, share;
