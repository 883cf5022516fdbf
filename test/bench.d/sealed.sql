-- Sealed values: tables of one person and of many, and plain twins.  Variables:
-- rows, many.
SELECT wdd.add_purpose('bench_sealed', 'contract'), wdd.grant_purpose('bench_sealed', 'bench_app'), wdd.grant_purpose('bench_sealed', 'dba');
SET wdd_privacy.purpose = 'bench_sealed';
SET wdd_privacy.key_cache = 4194304;
SELECT wdd.register_persons(array_agg(i::bigint), 'account') FROM generate_series(1, :rows) AS i;
CREATE TABLE bench.sealed_one (id bigint, person bigint, phone wdd.sealed_phone);
CREATE TABLE bench.sealed_many (id bigint, person bigint, phone wdd.sealed_phone);
CREATE TABLE bench.sealed_random (id bigint, person bigint, phone wdd.sealed_phone);
CREATE TABLE bench.sealed_copy (id bigint PRIMARY KEY, person bigint, phone wdd.sealed_phone);
CREATE TABLE bench.plain_copy (id bigint PRIMARY KEY, person bigint, phone text);
CREATE TABLE bench.plain_many (id bigint, person bigint, phone text);
CREATE TABLE bench.sizes (sixteen bytea, eighty_nine bytea);
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['sealed_one', 'sealed_many', 'sealed_random', 'sealed_copy'] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON TABLE bench.%I IS ''subject=person''', t);
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN bench.%I.phone IS ''purposes=bench_sealed''', t);
    END LOOP;
END $$;
INSERT INTO bench.plain_many SELECT i, i, (13000000000 + i)::text FROM generate_series(1, :rows) AS i;
INSERT INTO bench.sealed_one SELECT i, 1, (13000000000 + i)::text FROM generate_series(1, :rows) AS i;
INSERT INTO bench.sealed_many SELECT i, i, (13000000000 + i)::text FROM generate_series(1, :rows) AS i;
INSERT INTO bench.sizes SELECT sha256(i::text::bytea), sha512(i::text::bytea) || sha256(i::text::bytea) FROM generate_series(1, :rows) AS i;
UPDATE bench.sizes SET sixteen = substr(sixteen, 1, 15), eighty_nine = substr(eighty_nine, 1, 88);
CREATE UNIQUE INDEX sealed_many_unique ON bench.sealed_many (phone);
CREATE INDEX sealed_many_hash ON bench.sealed_many USING hash (phone);
CREATE UNIQUE INDEX plain_many_unique ON bench.plain_many (phone);
CREATE UNIQUE INDEX sizes_unique ON bench.sizes (eighty_nine);
CREATE INDEX sizes_hash ON bench.sizes USING hash (sixteen);
REINDEX TABLE bench.sizes;
REINDEX TABLE bench.sealed_many;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA bench TO bench_app;
