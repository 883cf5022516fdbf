-- The registry of persons: one row a person, on which consents hang.
-- Exactly one of the three keys is set; which one follows from the type of the
-- labelled tables' subject columns (int2/4/8, uuid, text/varchar).

CREATE TABLE wdd.person (
    person_id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind_id        smallint NOT NULL,              -- of wdd.subject_kind, see wdd.add_persons()
    key_integer    bigint,
    key_uuid       uuid,
    key_text       text COLLATE "C",
    state          text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'restricted', 'erased')),
    registered_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT one_key CHECK (num_nonnulls(key_integer, key_uuid, key_text) = 1),
    CONSTRAINT this_version_knows_active_persons_only CHECK (state = 'active')
);
CREATE UNIQUE INDEX person_key_integer ON wdd.person (kind_id, key_integer) WHERE key_integer IS NOT NULL;
CREATE UNIQUE INDEX person_key_uuid    ON wdd.person (kind_id, key_uuid)    WHERE key_uuid IS NOT NULL;
CREATE UNIQUE INDEX person_key_text    ON wdd.person (kind_id, key_text)    WHERE key_text IS NOT NULL;
COMMENT ON TABLE wdd.person IS 'The registry of persons; made by wdd.register_person() and by recording consents';

-- Keys of persons come as bigint, uuid or text.  The functions that follow are
-- written once for arrays of any of the three; what differs is the column that
-- holds the key.

CREATE FUNCTION wdd.key_column(keys anyarray) RETURNS name
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE pg_catalog.pg_typeof(keys)
        WHEN 'bigint[]'::pg_catalog.regtype THEN 'key_integer'
        WHEN 'uuid[]'::pg_catalog.regtype THEN 'key_uuid'
        WHEN 'text[]'::pg_catalog.regtype THEN 'key_text'
    END;
END $$;
COMMENT ON FUNCTION wdd.key_column(anyarray) IS 'The column of wdd.person and wdd.consent_state that holds keys of this type. Internal.';

-- Sorted, because all who lock several persons lock them in this order, and
-- each once.  Text is told apart byte by byte, as the key columns do.
CREATE FUNCTION wdd.checked_keys(keys anyarray, OUT checked anyarray)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    as_text boolean := pg_typeof(keys) = 'text[]'::regtype;
    longest integer;
BEGIN
    IF keys IS NULL OR EXISTS (SELECT FROM unnest(keys) AS k (key) WHERE k.key IS NULL) THEN
        RAISE EXCEPTION 'subject must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF as_text THEN
        SELECT max(octet_length(k.key::text)) INTO longest FROM unnest(keys) AS k (key);
        IF EXISTS (SELECT FROM unnest(keys) AS k (key) WHERE k.key::text = '') THEN
            RAISE EXCEPTION 'subject must not be empty'
                USING ERRCODE = 'invalid_parameter_value';
        ELSIF longest > 2000 THEN
            RAISE EXCEPTION 'subject is too long'
                USING ERRCODE = 'invalid_parameter_value',
                      DETAIL = format('It has %s bytes; at most 2000 are allowed.', longest);
        END IF;
    END IF;
    EXECUTE format('SELECT array_agg(DISTINCT k.key %1$s ORDER BY k.key %1$s) FROM unnest($1) AS k (key)',
                   CASE WHEN as_text THEN 'COLLATE "C"' END)
        INTO checked USING keys;
    checked := coalesce(checked, keys);         -- an empty array
END $$;
COMMENT ON FUNCTION wdd.checked_keys(anyarray) IS
    'The keys sorted and without duplicates; 22004 for nulls, 22023 for empty or overlong texts. Internal.';

-- An application that passes an account's number as text would register
-- another person, who has nothing to do with the labelled rows, and record
-- answers that bind nothing.
CREATE FUNCTION wdd.check_new_text_keys(kind smallint, keys text[]) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    known record;
BEGIN
    SELECT k.key, t.type INTO known
    FROM unnest(keys) AS k (key)
    CROSS JOIN LATERAL (
        SELECT 'bigint' FROM wdd.person p
        WHERE p.kind_id = kind AND p.key_integer = CASE WHEN k.key ~ '^(0|-?[1-9][0-9]{0,17})$' THEN k.key::bigint END
        UNION ALL
        SELECT 'uuid' FROM wdd.person p
        WHERE p.kind_id = kind AND p.key_uuid = CASE
            WHEN k.key ~ '^[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}$' THEN k.key::uuid END
    ) AS t (type)
    WHERE k.key ~ '^-?[0-9a-fA-F-]+$'
      AND NOT EXISTS (SELECT FROM wdd.person p WHERE p.kind_id = kind AND p.key_text = k.key)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'subject was given as text, but is registered as %', known.type
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'A person is known by a key of the type that the labelled subject columns have.',
                  HINT = format('Cast the argument to %s.', known.type);
    END IF;
END $$;
COMMENT ON FUNCTION wdd.check_new_text_keys(smallint, text[]) IS
    'Raises 22023 when a text that is no one''s key yet is the number or uuid of a registered person. Internal.';

CREATE FUNCTION wdd.add_persons(kind smallint, keys anyarray) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    key_column name := wdd.key_column(keys);
    added bigint;
BEGIN
    -- It may not be dropped before this commits.  A foreign key would check it
    -- once a row, and take as long as storing the row.
    PERFORM FROM wdd.subject_kind k WHERE k.kind_id = kind FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'subject kind % does not exist', kind
            USING ERRCODE = 'undefined_object';
    END IF;
    IF key_column = 'key_text' THEN
        PERFORM wdd.check_new_text_keys(kind, keys::text[]);
    END IF;
    EXECUTE format($sql$
        INSERT INTO wdd.person (kind_id, %1$I)
        SELECT $1, k.key
        FROM unnest($2) AS k (key)
        WHERE NOT EXISTS (SELECT FROM wdd.person p WHERE p.kind_id = $1 AND p.%1$I = k.key)
        ORDER BY k.key
        ON CONFLICT (kind_id, %1$I) WHERE %1$I IS NOT NULL DO NOTHING
        $sql$, key_column) USING kind, keys;
    GET DIAGNOSTICS added = ROW_COUNT;
    RETURN added;
END $$;
COMMENT ON FUNCTION wdd.add_persons(smallint, anyarray) IS
    'Registers those of the checked keys that are not registered, and returns how many were not. Internal.';

CREATE FUNCTION wdd.register_one(keys anyarray, subject_kind text) RETURNS uuid
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    kind smallint := wdd.subject_kind_id(subject_kind);
    person uuid;
BEGIN
    keys := wdd.checked_keys(keys);
    PERFORM wdd.add_persons(kind, keys);
    EXECUTE format('SELECT p.person_id FROM wdd.person p WHERE p.kind_id = $1 AND p.%I = $2[1]',
                   wdd.key_column(keys))
        INTO STRICT person USING kind, keys;
    RETURN person;
END $$;
COMMENT ON FUNCTION wdd.register_one(anyarray, text) IS 'wdd.register_person() for an array of one key. Internal.';

DO $do$
DECLARE
    key_type text;
BEGIN
    FOREACH key_type IN ARRAY ARRAY['bigint', 'uuid', 'text'] LOOP
        EXECUTE format($sql$
            CREATE FUNCTION wdd.register_person(subject %1$s, subject_kind text DEFAULT 'account') RETURNS uuid
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            BEGIN
                RETURN wdd.register_one(ARRAY[subject], subject_kind);
            END $$;
            COMMENT ON FUNCTION wdd.register_person(%1$s, text) IS
                'Registers a person, if that is not done yet, and returns the person''s random id. 22004: a null; 22023: an empty or overlong key, or a text that is registered as a number or uuid; 42704: no such subject kind. Duty record_consent.';

            CREATE FUNCTION wdd.register_persons(subjects %1$s[], subject_kind text DEFAULT 'account') RETURNS bigint
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            BEGIN
                RETURN wdd.add_persons(wdd.subject_kind_id(subject_kind), wdd.checked_keys(subjects));
            END $$;
            COMMENT ON FUNCTION wdd.register_persons(%1$s[], text) IS
                'Registers many persons, and returns how many of them were not registered. Errors as wdd.register_person(), and then nobody is registered. Duty record_consent.';
            $sql$, key_type);
    END LOOP;
END $do$;
