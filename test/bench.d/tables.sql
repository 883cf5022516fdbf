-- What the benchmark makes tables with.  Every protected table has a twin that
-- nothing protects, filled in the same order, in the same database.
CREATE SCHEMA bench;
GRANT USAGE ON SCHEMA bench TO PUBLIC;

-- bench.NAME_open and bench.NAME_labelled with n persons.  An expression of i
-- is their key.
CREATE PROCEDURE bench.make_tables(name text, n bigint, key_type text, key text)
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format(
        'CREATE TABLE bench.%1$I AS
         SELECT (%3$s)::%4$s AS user_id, i AS number,
                ''1'' || lpad((i * 48271093 %% 10000000000)::text, 10, ''0'') AS phone,
                ''User'' || i || ''@Example.com'' AS email,
                (i * 7919 %% 1000003)::numeric(12,2) + 0.25 AS balance,
                jsonb_build_object(''card'', i, ''city'', i %% 300) AS profile
           FROM generate_series(1, %2$s::bigint) AS i', name || '_open', n, key, key_type);
    EXECUTE format('ALTER TABLE bench.%I ADD PRIMARY KEY (user_id)', name || '_open');
    EXECUTE format('CREATE TABLE bench.%I (LIKE bench.%I INCLUDING ALL)', name || '_labelled', name || '_open');
    EXECUTE format('INSERT INTO bench.%I SELECT * FROM bench.%I', name || '_labelled', name || '_open');
    EXECUTE format('GRANT SELECT ON bench.%I, bench.%I TO bench_app', name || '_open', name || '_labelled');
END
$$;

CREATE PROCEDURE bench.label(name text, purposes text)
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('SECURITY LABEL FOR wdd_privacy ON TABLE bench.%I IS ''subject=user_id''', name || '_labelled');
    EXECUTE (SELECT string_agg(format('SECURITY LABEL FOR wdd_privacy ON COLUMN bench.%I.%I IS %L', name || '_labelled', c,
                                      'category=bench; purposes=bench_service,' || purposes), '; ')
               FROM unnest(array['phone', 'email', 'balance', 'profile', 'number']) AS c);
END
$$;

-- Persons with a purpose of their own (basis consent), nine in ten consenting.
CREATE PROCEDURE bench.make_persons(name text, n bigint, key_type text, key text)
    LANGUAGE plpgsql
    AS $$
BEGIN
    CALL bench.make_tables(name, n, key_type, key);
    PERFORM wdd.add_purpose('bench_' || name, 'consent');
    PERFORM wdd.grant_purpose('bench_' || name, 'bench_app');
    EXECUTE format('SELECT wdd.grant_consent(array_agg(user_id ORDER BY number), %L, ''bench'') FROM bench.%I WHERE number %% 10 <> 0',
                   'bench_' || name, name || '_open');
    CALL bench.label(name, 'bench_' || name);
END
$$;

-- The indexes that look-ups use, on both tables.
CREATE PROCEDURE bench.make_indexes(name text)
    LANGUAGE plpgsql
    AS $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY array[name || '_open', name || '_labelled'] LOOP
        EXECUTE format('CREATE INDEX ON bench.%I (phone)', t);
        EXECUTE format('CREATE INDEX ON bench.%I (number)', t);
        EXECUTE format('CREATE INDEX ON bench.%I (lower(email))', t);
        EXECUTE format('CREATE INDEX ON bench.%I (phone text_pattern_ops)', t);
        EXECUTE format('CREATE INDEX ON bench.%I (balance)', t);
        EXECUTE format('CREATE INDEX ON bench.%I USING gin (profile jsonb_path_ops)', t);
    END LOOP;
END
$$;

-- What a DBA would write without the extension: row security that asks an
-- indexed table of consents.
CREATE PROCEDURE bench.make_row_security(name text)
    LANGUAGE plpgsql
    AS $$
DECLARE
    rows text := name || '_row_security';
    consent text := name || '_consent';
BEGIN
    EXECUTE format('CREATE TABLE bench.%I AS SELECT user_id, ''ads'' AS purpose, true AS permitted FROM bench.%I WHERE number %% 10 <> 0',
                   consent, name || '_open');
    EXECUTE format('ALTER TABLE bench.%I ADD PRIMARY KEY (user_id, purpose)', consent);
    EXECUTE format('CREATE TABLE bench.%I (LIKE bench.%I INCLUDING ALL)', rows, name || '_open');
    EXECUTE format('INSERT INTO bench.%I SELECT * FROM bench.%I', rows, name || '_open');
    EXECUTE format('ALTER TABLE bench.%I ENABLE ROW LEVEL SECURITY', rows);
    EXECUTE format('CREATE POLICY consented ON bench.%1$I USING (EXISTS (
        SELECT FROM bench.%2$I AS c
         WHERE c.user_id = %1$I.user_id AND c.purpose = ''ads'' AND c.permitted))', rows, consent);
    EXECUTE format('GRANT SELECT ON bench.%I, bench.%I TO bench_app', rows, consent);
END
$$;

-- A purpose under which some persons of bench.NAME_open consent.  Written into
-- the state of consents directly, by a superuser and past the ledger, because
-- wdd.grant_consent() takes half a minute for a million persons; reading is the
-- same, and the table's triggers fire.
CREATE PROCEDURE bench.make_consents(purpose text, name text, condition text)
    LANGUAGE plpgsql
    AS $$
DECLARE
    key_column text;
BEGIN
    SELECT CASE atttypid WHEN 'uuid'::regtype THEN 'key_uuid' WHEN 'text'::regtype THEN 'key_text' ELSE 'key_integer' END
      INTO key_column
      FROM pg_attribute WHERE attrelid = format('bench.%I', name || '_open')::regclass AND attname = 'user_id';
    PERFORM wdd.add_purpose(purpose, 'consent');
    PERFORM wdd.grant_purpose(purpose, 'bench_app'), wdd.grant_purpose(purpose, 'dba');
    EXECUTE format(
        'INSERT INTO wdd.consent_state (purpose_id, category_id, kind_id, %I, permitted, event_id, person_id, changed_xid)
         SELECT wdd.purpose_id(%L), wdd.category_id(''bench''), 1, user_id, true, 0, ''00000000-0000-0000-0000-000000000000'', ''0''
           FROM bench.%I WHERE %s', key_column, purpose, name || '_open', condition);
END
$$;

-- Persons of another kind of key: nine in ten, half and a tenth of them consent
-- to bench_NAME, bench_NAME_half and bench_NAME_tenth.
CREATE PROCEDURE bench.make_kind(name text, n bigint, key_type text, key text, shares text[] = '{"",_half,_tenth}')
    LANGUAGE plpgsql
    AS $$
DECLARE
    share text;
BEGIN
    CALL bench.make_tables(name, n, key_type, key);
    FOREACH share IN ARRAY shares LOOP
        CALL bench.make_consents('bench_' || name || share, name,
            CASE share WHEN '' THEN 'number % 10 <> 0' WHEN '_half' THEN 'hashint8(number) % 2 = 0' ELSE 'number % 10 = 0' END);
    END LOOP;
    CALL bench.label(name, 'bench_' || name || array_to_string(shares, ',bench_' || name));
END
$$;

CREATE PROCEDURE bench.drop_kind(name text)
    LANGUAGE plpgsql
    AS $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY '{_open,_labelled,_row_security,_consent}'::text[] LOOP
        EXECUTE format('DROP TABLE IF EXISTS bench.%I', name || t);
    END LOOP;
END
$$;

-- Rows that belong to persons: notes, and a table of persons yet to come.
CREATE PROCEDURE bench.make_notes(n bigint, persons bigint)
    LANGUAGE plpgsql
    AS $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY array['open', 'labelled'] LOOP
        EXECUTE format('CREATE TABLE bench.%I (note_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
                                               user_id bigint NOT NULL, body text)', 'note_' || t);
        EXECUTE format('INSERT INTO bench.%I (user_id, body)
                        SELECT i %% (%s / 10) * 10 + 2 + i %% 8, ''call '' || i FROM generate_series(1, %s::bigint) AS i',
                       'note_' || t, persons, n);
        EXECUTE format('CREATE TABLE bench.%I (user_id bigint PRIMARY KEY, phone text)', 'new_' || t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON bench.%I, bench.%I TO bench_app', 'note_' || t, 'new_' || t);
    END LOOP;
    SECURITY LABEL FOR wdd_privacy ON TABLE bench.note_labelled IS 'subject=user_id';
    SECURITY LABEL FOR wdd_privacy ON COLUMN bench.note_labelled.body IS 'category=bench; purposes=bench_dense';
    SECURITY LABEL FOR wdd_privacy ON TABLE bench.new_labelled IS 'subject=user_id';
    SECURITY LABEL FOR wdd_privacy ON COLUMN bench.new_labelled.phone IS 'category=bench; purposes=bench_service';
END
$$;

-- n protected tables with ten labelled columns each, and their twins.
CREATE PROCEDURE bench.make_many(n integer)
    LANGUAGE plpgsql
    AS $$
DECLARE
    i integer;
BEGIN
    CREATE SCHEMA bench_many;
    GRANT USAGE ON SCHEMA bench_many TO bench_app;
    FOR i IN 1..n LOOP
        EXECUTE format('CREATE TABLE bench_many.%1$I (user_id bigint PRIMARY KEY, c1 text, c2 text, c3 text, c4 text,
                                                      c5 text, c6 text, c7 text, c8 text, c9 text, c10 text)', 'open_' || i);
        EXECUTE format('CREATE TABLE bench_many.%1$I (LIKE bench_many.%2$I INCLUDING ALL)', 'labelled_' || i, 'open_' || i);
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON TABLE bench_many.%I IS ''subject=user_id''', 'labelled_' || i);
        EXECUTE (SELECT string_agg(format('SECURITY LABEL FOR wdd_privacy ON COLUMN bench_many.%I.%I IS %L', 'labelled_' || i,
                                          'c' || c, 'category=bench; purposes=bench_service, bench_dense'), '; ')
                   FROM generate_series(1, 10) AS c);
        -- in pieces, so that no transaction holds thousands of locks
        IF i % 100 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
    GRANT SELECT ON ALL TABLES IN SCHEMA bench_many TO bench_app;
END
$$;
