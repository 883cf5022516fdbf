-- what: CREATE UNIQUE INDEX reports the key that is there twice
-- known: own
-- as: owner
-- expect: could not create unique index
CREATE TABLE twice (user_id bigint, phone text);
INSERT INTO twice SELECT 666, '139' || '00000666' FROM generate_series(1, 2);
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE twice IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN twice.phone IS 'category=contact; purposes=service';
\endif
\connect - owner
CREATE UNIQUE INDEX ON twice (phone);
