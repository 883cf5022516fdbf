-- what: partitions that are made, attached and filled after the label
-- known: own
-- as: owner
-- purpose: service
CREATE TABLE visits_3 PARTITION OF visits FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
CREATE TABLE visits_4 (LIKE visits INCLUDING ALL);
INSERT INTO visits_4 VALUES (1, '2026-04-05', NULL);
ALTER TABLE visits ATTACH PARTITION visits_4 FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
GRANT SELECT, INSERT, UPDATE ON visits_3, visits_4 TO app;
\connect - app
INSERT INTO visits VALUES (666, '2026-03-05', 'LEAKED: third'), (666, '2026-04-05', 'LEAKED: fourth');
INSERT INTO visits_4 VALUES (666, '2026-04-06', 'LEAKED: fourth');
SELECT address FROM visits_3 UNION ALL SELECT address FROM visits_4;
