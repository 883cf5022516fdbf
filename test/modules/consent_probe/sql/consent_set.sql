-- The set of persons' keys, compared with an array that says the same while
-- 12,000 keys are put in and taken out at random and the set grows.
\getenv module CONSENT_PROBE
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS wdd_privacy;
LOAD 'wdd_privacy';         -- the probe is linked with it when it is loaded
RESET client_min_messages;
CREATE FUNCTION consent_set_check(seed integer, universe text, steps integer) RETURNS text
    LANGUAGE c STRICT AS :'module', 'consent_set_check';

SELECT universe, array_agg(DISTINCT consent_set_check(seed, universe, 12000)) AS form
FROM unnest('{dense,negative,outliers,strided,extremes,random,wide}'::text[]) WITH ORDINALITY AS u(universe, n),
     generate_series(1, 3) AS seed
GROUP BY universe, n ORDER BY n;
