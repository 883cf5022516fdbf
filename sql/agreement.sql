-- The catalog of the agreement, installed in one call.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;

-- what exists before is left as it is, unless it contradicts
SELECT wdd.add_purpose('ads', 'legitimate_interest');
SELECT wdd.install_agreement();
SELECT count(*) FROM wdd.purposes();
SELECT count(*) FROM wdd.categories();
SELECT wdd.drop_purpose('ads');
SELECT wdd.add_purpose('visit_statistics', 'legitimate_interest');
SELECT wdd.install_agreement();
SELECT wdd.drop_purpose('visit_statistics');
SELECT wdd.add_purpose('my_own', 'consent'), wdd.add_purpose('service', 'contract', description_en => 'My own words'),
       wdd.add_category('contact', true);
SELECT wdd.install_agreement();
SELECT wdd.install_agreement();

\pset format unaligned
\pset tuples_only on
SELECT * FROM wdd.purposes() ORDER BY basis = 'built_in' DESC, purpose COLLATE "C";
SELECT * FROM wdd.categories() ORDER BY category COLLATE "C";
SELECT k.name, k.clause, k.description_en, k.description_zh FROM wdd.subject_kind k ORDER BY k.kind_id;
SELECT s.name, p.name, s.clause, s.description_en, s.description_zh
FROM wdd.service s LEFT JOIN wdd.service p ON p.service_id = s.parent_id ORDER BY s.service_id;

\echo -- every chapter that speaks of purposes has some, each in both languages
SELECT chapter, count(*) FROM wdd.purposes(), regexp_matches(clause, '(?:^|, )(\d+)', 'g') AS m (c),
       LATERAL (SELECT m.c[1]::integer) AS x (chapter) GROUP BY chapter ORDER BY chapter;
SELECT purpose FROM wdd.purposes()
WHERE basis <> 'built_in' AND purpose NOT IN ('my_own', 'service')
  AND (clause IS NULL OR description_zh !~ '[一-龥]' OR description_en !~ '^[A-Z]');
\echo -- the duty is needed
CREATE ROLE regress_wdd_nobody;
SET ROLE regress_wdd_nobody;
SELECT wdd.install_agreement();
RESET ROLE;
DROP ROLE regress_wdd_nobody;
DROP EXTENSION wdd_privacy;
