-- The sealed types as types: modifiers, armour in and out, arrays and domains,
-- casts, and what of it all is refused.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on
SELECT wdd.add_purpose('service', 'contract');
SELECT wdd.grant_purpose('service', session_user::regrole);
SET wdd_privacy.purpose = 'service';

\echo - the types, their operator classes and casts
SELECT typname, typlen, typalign, typstorage, typcategory, typispreferred, typcollation, typanalyze FROM pg_type
    WHERE typnamespace = 'wdd'::regnamespace AND typname LIKE 'sealed%' AND typtype = 'b' ORDER BY 1;
SELECT amname, opcname, opcintype::regtype, opcdefault FROM pg_opclass JOIN pg_am a ON a.oid = opcmethod
    WHERE opcnamespace = 'wdd'::regnamespace ORDER BY 2, 1;
SELECT castsource::regtype, casttarget::regtype, castcontext, castmethod FROM pg_cast
    WHERE castsource::regtype::text LIKE 'wdd.sealed%' OR casttarget::regtype::text LIKE 'wdd.sealed%' ORDER BY casttarget::regtype::text, castsource::regtype::text;

\echo - type modifiers
CREATE TABLE t (id bigint, a wdd.sealed_text(searchable, pad16), b wdd.sealed_phone(suffix, unsearchable), c wdd.sealed_email(pad64), d wdd.sealed_bytea(pad1024),
    e wdd.sealed_id_card(searchable), f wdd.sealed_text(60001, pad32, searchable), g wdd.sealed_inet, h wdd.sealed_phone(pad32));
SELECT attname, regexp_replace(format_type(atttypid, atttypmod), '\(\d{1,4}([,)])', '(n\1') FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 1 ORDER BY attnum;
SELECT NULL::wdd.sealed_text(searchables);
SELECT NULL::wdd.sealed_text('');
SELECT NULL::wdd.sealed_text(suffix);
SELECT NULL::wdd.sealed_text(pad3);
SELECT NULL::wdd.sealed_text(0);
SELECT NULL::wdd.sealed_text(65536);
SELECT NULL::wdd.sealed_text(-1);
SELECT NULL::wdd.sealed_text(17, 18);
SELECT NULL::wdd.sealed_text(pad16, pad32);
SELECT NULL::wdd.sealed_text(searchable, searchable);
SELECT NULL::wdd.sealed_text(searchable, unsearchable);
SELECT NULL::wdd.sealed_email(suffix);
SELECT NULL::wdd.sealed_date(searchable);
SELECT NULL::wdd.sealed_inet(suffix);
\set VERBOSITY sqlstate
SELECT NULL::wdd.sealed_text(searchables);
SELECT NULL::wdd.sealed_text(pad16, pad32);
\set VERBOSITY default

\echo - what of it stands in the values: flags, and a length that is padded
SECURITY LABEL FOR wdd_privacy ON TABLE t IS 'subject=id';
DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY '{a,b,c,d,e,f,g,h}'::text[] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN t.%s IS %L', name, 'purposes=service');
    END LOOP;
END $$;
INSERT INTO t VALUES (1, 'one', '13800138001', 'a@b.cn', 'x', '11010519491231002X', 'sixteen bytes, so', '::1', '13800138001'),
    (2, 'fifteen letters', '13800138002', 'much.longer@example.com', NULL, NULL, 'and another one, which is longer', NULL, '+442079460958'),
    (3, 'sixteen letters!', NULL, NULL, '', NULL, '', '10.0.0.0/8', NULL);
SELECT id, encode(substr(wdd.sealed_text_send(a), 1, 2), 'hex') AS a, pg_column_size(a), encode(substr(wdd.sealed_phone_send(b), 1, 2), 'hex') AS b, pg_column_size(b),
    encode(substr(wdd.sealed_email_send(c), 1, 2), 'hex') AS c, pg_column_size(c), pg_column_size(d) AS d, encode(substr(wdd.sealed_id_card_send(e), 1, 2), 'hex') AS e,
    pg_column_size(e), encode(substr(wdd.sealed_text_send(f), 1, 4), 'hex') AS f, pg_column_size(f), pg_column_size(g) AS g, pg_column_size(h) AS h FROM t ORDER BY id;
SELECT id, wdd.reveal(a), wdd.reveal(b), wdd.reveal(c), wdd.reveal(d), wdd.reveal(e), wdd.reveal(f), wdd.reveal(g), wdd.reveal(h) FROM t ORDER BY id;
SELECT id FROM t WHERE a = 'fifteen letters' OR h = '+44 20 7946 0958' OR b *= '8001' ORDER BY id;

\echo - armour: plaintext becomes another one each time, without its token, and can be put in again
SELECT length('13800138001'::wdd.sealed_phone::varchar), '13800138001'::wdd.sealed_phone::varchar = '13800138001'::wdd.sealed_phone::varchar;
SELECT encode(substr(decode(substr('13800138001'::wdd.sealed_phone::varchar, 6), 'base64'), 1, 19), 'hex');
SELECT encode(substr(wdd.sealed_phone_send('13800138001'), 1, 19), 'hex'), length(wdd.sealed_phone_send('13800138001'));
SELECT '13800138001'::wdd.sealed_phone AS unbound, 'plain'::wdd.sealed_text AS text_unbound \gset
SELECT id FROM t WHERE h = :'unbound';
INSERT INTO t (id, h) VALUES (4, :'unbound') RETURNING wdd.reveal(h);
INSERT INTO t (id, a) VALUES (5, :'text_unbound') RETURNING wdd.reveal(a), pg_column_size(a);
SELECT h = :'unbound' AS same, h::varchar = :'unbound' AS bytes FROM t WHERE id = 4;
SELECT a AS armour, decode(substr(a::varchar, 6), 'base64') AS bytes FROM t WHERE id = 1 \gset
SELECT :'armour'::wdd.sealed_text::varchar = :'armour', wdd.sealed_text_send(:'armour') = :'bytes'::bytea;
\echo - of another kind
SELECT (:'text_unbound' || '')::wdd.sealed_phone;
INSERT INTO t (id, c) VALUES (6, :'armour');
\echo - damaged
CREATE FUNCTION armour(bytes bytea) RETURNS text LANGUAGE sql AS $$ SELECT 'wdd1:' || translate(encode(bytes, 'base64'), E'\n', '') $$;
SELECT 'wdd1:'::wdd.sealed_text;
SELECT 'wdd1:AQ=='::wdd.sealed_phone;
SELECT 'wdd1:not base64'::wdd.sealed_date;
SELECT (:'armour' || '=')::wdd.sealed_text;
SELECT (:'armour' || E'\n')::wdd.sealed_text;
SELECT (' ' || :'armour')::wdd.sealed_text IS NOT NULL AS text_as_any_other;
SELECT (' ' || :'armour')::wdd.sealed_phone;
\set VERBOSITY sqlstate
SELECT replace(:'armour', 'wdd1', 'wdd2')::wdd.sealed_phone;
SELECT armour(set_byte(:'bytes', 0, 0))::wdd.sealed_text;
SELECT armour(set_byte(:'bytes', 0, 2))::wdd.sealed_text;
SELECT armour(set_byte(:'bytes', 1, get_byte(:'bytes', 1) | 128))::wdd.sealed_text;
SELECT armour(set_byte(:'bytes', 1, get_byte(:'bytes', 1) | 64))::wdd.sealed_text;
SELECT armour(set_byte(:'bytes', 1, get_byte(:'bytes', 1) | 16))::wdd.sealed_text;
SELECT armour(set_byte(set_byte(:'bytes', 1, get_byte(:'bytes', 1) | 2), 19, 1))::wdd.sealed_text;
SELECT armour(set_byte(set_byte(:'bytes', 1, get_byte(:'bytes', 1) | 2), 19, 9))::wdd.sealed_text;
SELECT armour(substr(:'bytes'::bytea, 1, 76))::wdd.sealed_text;
SELECT armour(substr(:'bytes'::bytea, 1, 77))::wdd.sealed_text IS NOT NULL AS long_enough;
\set VERBOSITY default
INSERT INTO t (id, a) VALUES (1, armour(substr(:'bytes'::bytea, 1, 77)));
\echo - every byte and the length of an unbound value matter; without flag 2 it would be of a row, where it does not open
DO $$
DECLARE
    whole bytea := wdd.sealed_phone_send('13800138001');
    taken text[] := '{}';
    flip int;
BEGIN
    FOR i IN 0 .. length(whole) - 1 LOOP
        FOREACH flip IN ARRAY '{1,2,128}'::int[] LOOP
            BEGIN
                PERFORM armour(set_byte(whole, i, get_byte(whole, i) # flip))::wdd.sealed_phone;
                taken := taken || format('byte %s, bit %s', i, flip);
            EXCEPTION WHEN invalid_binary_representation OR object_not_in_prerequisite_state THEN
            END;
        END LOOP;
    END LOOP;
    FOR n IN 0 .. length(whole) - 1 LOOP
        BEGIN
            PERFORM armour(substr(whole, 1, n))::wdd.sealed_phone;
            taken := taken || format('%s bytes', n);
        EXCEPTION WHEN invalid_binary_representation THEN
        END;
    END LOOP;
    RAISE NOTICE '% bytes, taken: %', length(whole), taken;
END $$;

\echo - casts
SELECT '13800138001'::text::wdd.sealed_phone IS NOT NULL, '1.5'::numeric::wdd.sealed_numeric IS NOT NULL, date '2026-01-31'::wdd.sealed_date IS NOT NULL,
    jsonb '{}'::wdd.sealed_jsonb IS NOT NULL, inet '::1'::wdd.sealed_inet IS NOT NULL, '\x00'::bytea::wdd.sealed_bytea IS NOT NULL;
SELECT '13800138001'::wdd.sealed_phone::text;
SELECT 1::wdd.sealed_numeric;
SELECT '13800138001'::wdd.sealed_phone::wdd.sealed_text;
SELECT length('13800138001'::wdd.sealed_phone);
SELECT '13800138001'::wdd.sealed_phone || '';
SELECT '13800138001'::wdd.sealed_phone LIKE '138%';

\echo - arrays and domains
CREATE DOMAIN phone_of_home AS wdd.sealed_phone(suffix);
CREATE TABLE more (id bigint, numbers wdd.sealed_phone[], home phone_of_home, dates wdd.sealed_date[][]);
SECURITY LABEL FOR wdd_privacy ON TABLE more IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN more.numbers IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN more.home IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN more.dates IS 'purposes=service';
INSERT INTO more VALUES (1, '{13800138001,NULL,+442079460958}', '13800138001', '{{2026-01-31,0044-03-15 BC},{infinity,NULL}}'), (2, ARRAY['138 0013 8002'], NULL, NULL);
SELECT id, wdd.reveal(numbers[1]), wdd.reveal(numbers[3]), wdd.reveal(home), wdd.reveal(dates[1][2]), array_dims(dates) FROM more ORDER BY id;
SELECT id FROM more WHERE '13800138002' = ANY (numbers);
SELECT id FROM more WHERE home = '13800138001' AND home *= '8001';
SELECT id FROM more WHERE numbers @> ARRAY['13800138001']::wdd.sealed_phone[];
SELECT id FROM more WHERE numbers = '{13800138002}';
INSERT INTO more (id, numbers) VALUES (3, '{13800138001,1380013800}');
INSERT INTO more (id, home) VALUES (3, '1380013800');

\echo - what would keep a value out of any row is refused
CREATE TYPE phone_range AS RANGE (subtype = wdd.sealed_phone);
CREATE TABLE by_list (id bigint, phone wdd.sealed_phone) PARTITION BY LIST (phone);
CREATE TABLE by_range (id bigint, phone wdd.sealed_phone) PARTITION BY RANGE (id, phone);
CREATE POLICY p ON more USING (home <> '13800138001');
CREATE POLICY p ON more WITH CHECK (home <> '13800138001');
CREATE POLICY p ON more USING (true);
ALTER POLICY p ON more USING (home <> '13800138001');
DROP POLICY p ON more;
CREATE TRIGGER w BEFORE UPDATE ON more FOR EACH ROW WHEN (new.home = '13800138001') EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE DOMAIN preset AS wdd.sealed_phone DEFAULT '13800138001';
CREATE DOMAIN checked AS wdd.sealed_phone CHECK (value <> '13800138001');
ALTER DOMAIN phone_of_home SET DEFAULT '13800138001';
CREATE FUNCTION body() RETURNS wdd.sealed_phone BEGIN ATOMIC SELECT '13800138001'::wdd.sealed_phone; END;
CREATE FUNCTION argument(p wdd.sealed_phone DEFAULT '13800138001') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE STATISTICS lists (mcv) ON id, home FROM more;
CREATE STATISTICS all_kinds ON id, home FROM more;
CREATE STATISTICS counts (ndistinct, dependencies) ON id, home FROM more;

SET client_min_messages = warning;
DROP TABLE t, more;
DROP DOMAIN phone_of_home;
DROP FUNCTION armour;
DROP EXTENSION wdd_privacy CASCADE;
