-- what: two persons whose names differ in case are one for a nondeterministic collation: of a subject, and of an index for ON CONFLICT
-- known: own
-- as: app
-- expect: collation is nondeterministic
\connect - owner
CREATE COLLATION same_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE named (person text COLLATE same_case, note text);
CREATE TABLE source (person text, note text);
CREATE TABLE target (person text, note text);
CREATE UNIQUE INDEX ON target (person COLLATE same_case);
GRANT ALL ON named, source, target TO app;
\connect - dba
SELECT wdd.grant_purpose('backup', 'app') \g /dev/null
INSERT INTO source VALUES ('Li', 'call 139' || '00000' || '666');
INSERT INTO target VALUES ('li', NULL);
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE named IS 'subject=person';
SECURITY LABEL FOR wdd_privacy ON TABLE source IS 'subject=person';
SECURITY LABEL FOR wdd_privacy ON COLUMN source.note IS 'category=trade; purposes=service';
SECURITY LABEL FOR wdd_privacy ON TABLE target IS 'subject=person';
SECURITY LABEL FOR wdd_privacy ON COLUMN target.note IS 'category=trade; purposes=service';
\endif
\connect - app
SET wdd_privacy.purpose = 'backup';
\set is_lis f
INSERT INTO target SELECT person, note FROM source ON CONFLICT (person) DO UPDATE SET note = EXCLUDED.note
    RETURNING person = 'li' AND note IS NOT NULL AS is_lis \gset
SELECT CASE WHEN :'is_lis' = 't' THEN 'LEAKED' END;
