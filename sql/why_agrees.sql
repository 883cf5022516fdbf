-- wdd.why() says what the guard does: every purpose, column and person of a
-- small world is asked about, and used.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
CREATE TABLE users (user_id bigint PRIMARY KEY, phone text, id_card text, post text, note text,
                    odd text, older text, score text);
INSERT INTO users SELECT i, 'vphone', 'vid_card', 'vpost', 'vnote', 'vodd', 'volder', 'vscore' FROM generate_series(1, 6) i;
CREATE TABLE letters (user_id bigint PRIMARY KEY, body text, size text) PARTITION BY HASH (user_id);
CREATE TABLE letters_0 PARTITION OF letters FOR VALUES WITH (MODULUS 1, REMAINDER 0);
INSERT INTO letters SELECT i, 'vbody', 'vsize' FROM generate_series(1, 6) i;
CREATE TABLE closed (user_id bigint PRIMARY KEY, phone text, score text);
INSERT INTO closed SELECT user_id, phone, score FROM users;
CREATE TABLE unlabelled (user_id bigint PRIMARY KEY, score text);
INSERT INTO unlabelled SELECT user_id, score FROM users;
SELECT wdd.install_agreement();
SELECT wdd.add_purpose('ungranted', 'consent');
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, sms_push, service, ungranted, visit_statistics, access_request';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.id_card IS 'category=identity; purposes=ads, sms_push; mask=full; if_not_listed=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.post IS 'category=content; purposes=ads, sms_push; if_not_permitted=error';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.note IS 'purposes=ads; if_not_permitted=mask; mask=full';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.odd IS 'category=unknown; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.older IS 'category=contact; purposes=unknown, service; if_not_listed=mask';
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=user_id; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.body IS 'category=communication; purposes=ads, sms_push; if_not_permitted=hide_row';
SECURITY LABEL FOR wdd_privacy ON TABLE closed IS 'subject=user_id; subject_kind=unknown';
SECURITY LABEL FOR wdd_privacy ON COLUMN closed.phone IS 'category=contact; purposes=ads, service';
SELECT wdd.grant_purpose(p, session_user::regrole)
FROM unnest(ARRAY['self', 'backup', 'replication', 'restore', 'ads', 'sms_push', 'service', 'visit_statistics',
                  'access_request', 'court_disclosure', 'survey']) p;
SELECT wdd.grant_consent(1, 'ads'), wdd.grant_consent(2, 'ads', 'contact'),
       wdd.grant_consent(3, 'ads'), wdd.withdraw_consent(3, 'ads', 'contact'),
       wdd.object_to(4, 'sms_push'), wdd.object_to(5, 'sms_push', 'identity');

-- What happens when the value of a person is used.
CREATE FUNCTION pg_temp.use(relation regclass, of_column name, person bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    value text;
    found_rows integer;
BEGIN
    EXECUTE format('SELECT %I FROM %s WHERE user_id = $1', of_column, relation) INTO value USING person;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    RETURN CASE WHEN found_rows = 0 THEN 'hidden' WHEN value = 'v' || of_column THEN 'shown' ELSE 'masked' END;
EXCEPTION WHEN OTHERS THEN
    RETURN CASE WHEN SQLSTATE IN ('42501', '42704') THEN 'refused' ELSE SQLERRM END;
END $$;
CREATE FUNCTION pg_temp.told(relation regclass, of_column name, person bigint) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN explanation = 'the row is hidden' THEN 'hidden' WHEN explanation LIKE 'masked%' THEN 'masked'
                WHEN explanation LIKE 'refused%' OR explanation LIKE 'error%' THEN 'refused' ELSE explanation END
    FROM wdd.why(relation, of_column, person) WHERE rule = 'result' $$;
CREATE TEMP TABLE seen (purpose text, case_reference text, relation regclass, of_column name, person bigint, done text, told text);
DO $$
DECLARE
    purpose text;
    reference text;
BEGIN
    SET LOCAL wdd_privacy.subject = 'account:3';
    FOR purpose, reference IN
        SELECT * FROM unnest(ARRAY['', 'ads', 'sms_push', 'service', 'ungranted', 'visit_statistics', 'access_request',
                                   'court_disclosure', 'survey', 'self', 'backup', 'replication', 'restore', 'unknown']) p,
                      unnest(ARRAY['', 'case 1']) c
    LOOP
        BEGIN
            PERFORM set_config('wdd_privacy.case_reference', reference, true);
            PERFORM set_config('wdd_privacy.purpose', purpose, true);
        EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
            CONTINUE;           -- refused at once
        END;
        INSERT INTO seen
            SELECT purpose, reference, a.attrelid, a.attname, i,
                   pg_temp.use(a.attrelid, a.attname, i), pg_temp.told(a.attrelid, a.attname, i)
            FROM pg_attribute a, generate_series(1, 6) i
            WHERE a.attrelid IN ('users'::regclass, 'letters'::regclass, 'letters_0'::regclass, 'closed'::regclass, 'unlabelled'::regclass)
              AND a.attnum > 1;
    END LOOP;
END $$;
SELECT done, count(*) FROM seen GROUP BY done ORDER BY done;
SELECT * FROM seen WHERE done IS DISTINCT FROM told;
\pset format unaligned
\pset tuples_only on
-- the rules for some of them
CREATE FUNCTION pg_temp.rules(relation regclass, of_column name)
RETURNS TABLE (step integer, rule text, holds boolean, explanation text) LANGUAGE sql AS $$
    SELECT step, rule, holds, replace(explanation, quote_ident(session_user), 'superuser') FROM wdd.why(relation, of_column, 1) $$;
SET wdd_privacy.purpose = 'survey';
SELECT * FROM pg_temp.rules('letters', 'size');
SELECT * FROM pg_temp.rules('users', 'odd');
SELECT * FROM pg_temp.rules('closed', 'score');
SELECT * FROM pg_temp.rules('unlabelled', 'score');
SET wdd_privacy.purpose = 'restore';
SELECT * FROM pg_temp.rules('users', 'phone');
-- by whose grant, and until when
CREATE ROLE regress_wdd_group;
CREATE ROLE regress_wdd_member IN ROLE regress_wdd_group;
GRANT SELECT ON users TO regress_wdd_member;
SELECT wdd.grant_purpose('ads', 'regress_wdd_group', '2100-01-01 00:00+00');
SELECT wdd.grant_duty('officer', 'regress_wdd_member');
SET ROLE regress_wdd_member;
SET wdd_privacy.purpose = 'ads';
SELECT rule, holds, explanation FROM wdd.why('users', 'phone', 1) WHERE rule ~ 'granted' OR rule = 'result';
RESET ROLE;
SELECT wdd.revoke_purpose('ads', 'regress_wdd_group');
SET ROLE regress_wdd_member;
SELECT rule, holds, explanation FROM wdd.why('users', 'phone', 1) WHERE rule ~ 'granted' OR rule = 'result';
SELECT phone FROM users;
RESET ROLE;
RESET wdd_privacy.purpose;
DROP TABLE users, letters, closed, unlabelled;
DROP EXTENSION wdd_privacy;
DROP OWNED BY regress_wdd_member;
DROP ROLE regress_wdd_member, regress_wdd_group;
