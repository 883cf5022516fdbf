-- what: statistics of the partitions of a labelled table, and those inherited by its root
-- known: policies that stand on the root only
-- as: owner
SELECT tablename, inherited, most_common_vals, histogram_bounds FROM pg_stats WHERE attname = 'address';
\connect - dba
SELECT starelid::regclass, stavalues1, stavalues2 FROM pg_catalog.pg_statistic WHERE starelid IN ('visits'::regclass, 'visits_1'::regclass, 'visits_2'::regclass);
