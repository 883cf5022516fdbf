-- Services, categories, subject kinds, purposes and who may act for them.
--
-- Names are what people and labels use; the small integers are what rows of
-- consents store.  Rows with built_in are made here and are not dumped; those
-- that add_* makes are, through pg_extension_config_dump.

CREATE TABLE wdd.service (
    service_id     smallint PRIMARY KEY,
    name           text NOT NULL UNIQUE,
    parent_id      smallint,               -- of wdd.service
    description_zh text,
    description_en text,
    clause         text
);

CREATE TABLE wdd.subject_kind (
    kind_id        smallint PRIMARY KEY,
    name           text NOT NULL UNIQUE,
    built_in       boolean NOT NULL DEFAULT false,
    description_zh text,
    description_en text,
    clause         text
);
INSERT INTO wdd.subject_kind VALUES
    (1, 'account', true, '帐户', 'A person known by an account', NULL),
    (2, 'device', true, '设备', 'A person known by a device only (cookies, trackers)', '3');

CREATE TABLE wdd.category (
    category_id    smallint PRIMARY KEY CHECK (category_id > 0),  -- 0 means "all" in consents
    name           text NOT NULL UNIQUE,
    sensitive      boolean NOT NULL DEFAULT false,
    description_zh text,
    description_en text,
    clause         text
);

CREATE TABLE wdd.purpose (
    purpose_id     smallint PRIMARY KEY,
    name           text NOT NULL UNIQUE,
    basis          text NOT NULL CHECK (basis IN ('consent', 'legitimate_interest', 'contract',
                       'vital_interest', 'service_notice', 'legal_obligation', 'authority', 'built_in')),
    silence_permits boolean NOT NULL,      -- what a person who never said anything means
    refusable      boolean NOT NULL,       -- may a person withdraw or object?
    case_reference_required boolean NOT NULL,
    aggregate_only boolean NOT NULL DEFAULT false,
    minimum_group  integer,                -- persons; set when aggregate_only
    service_id     smallint,               -- of wdd.service
    from_service_id smallint,
    built_in       boolean NOT NULL DEFAULT false,
    description_zh text,
    description_en text,
    clause         text,
    -- The basis decides what silence means, whether a person may refuse, and
    -- whether a case must be named; see wdd.basis().
    CONSTRAINT silence_by_basis CHECK (silence_permits = (basis <> 'consent')),
    CONSTRAINT refusal_by_basis CHECK (refusable = (basis IN ('consent', 'legitimate_interest'))),
    CONSTRAINT case_by_basis CHECK (case_reference_required OR basis NOT IN ('legal_obligation', 'authority')),
    CONSTRAINT built_in_basis CHECK (built_in = (basis = 'built_in')),
    CONSTRAINT group_of_aggregates CHECK (aggregate_only = (minimum_group IS NOT NULL) AND minimum_group >= 2)
);
INSERT INTO wdd.purpose (purpose_id, name, basis, silence_permits, refusable, case_reference_required,
                         built_in, description_zh, description_en) VALUES
    (1, 'self',        'built_in', true, false, false, true, '本人', 'The person''s own rows, for the person in wdd_privacy.subject'),
    (2, 'backup',      'built_in', true, false, false, true, '备份', 'Dumps and backups: every row'),
    (3, 'restore',     'built_in', true, false, false, true, '恢复', 'Loading a dump'),
    (4, 'replication', 'built_in', true, false, false, true, '复制', 'Logical replication');

-- regrole follows a renamed role, is dumped as the role's name, and is allowed
-- by pg_upgrade.
CREATE TABLE wdd.purpose_grant (
    purpose_id     smallint NOT NULL,      -- of wdd.purpose
    role           regrole NOT NULL,
    valid_until    timestamptz,                    -- NULL: no end
    confidentiality_signed_at timestamptz,
    granted_by     name NOT NULL DEFAULT session_user,
    granted_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (purpose_id, role)
);

COMMENT ON TABLE wdd.service IS 'Services of the controller, in a hierarchy; made by wdd.add_service()';
COMMENT ON TABLE wdd.subject_kind IS 'Kinds of persons'' keys (account, device, ...); made by wdd.add_subject_kind()';
COMMENT ON TABLE wdd.category IS 'Categories of personal data; made by wdd.add_category()';
COMMENT ON TABLE wdd.purpose IS 'Purposes for which personal data may be used; made by wdd.add_purpose()';
COMMENT ON TABLE wdd.purpose_grant IS 'Which role may act for which purpose; made by wdd.grant_purpose()';

-- What every function of this schema checks first.  These are called by the
-- schema's own functions alone, which have set search_path.

CREATE FUNCTION wdd.shown(name text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN length(name) > 63 THEN left(name, 63) || '...' ELSE name END;
COMMENT ON FUNCTION wdd.shown(text) IS
    'A name as messages show it: cut after 63 characters. Internal.';

CREATE FUNCTION wdd.require_value(argument text, given boolean) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF given IS NOT TRUE THEN
        RAISE EXCEPTION 'argument "%" must not be null', argument
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
END $$;
COMMENT ON FUNCTION wdd.require_value(text, boolean) IS
    'Raises 22004 naming the argument unless given is true. Internal.';

-- Names stand in labels (lists by ',', pairs by ';' and '=') and, for subject
-- kinds, before the ':' of wdd_privacy.subject, so these cannot be part of them.
CREATE FUNCTION wdd.check_name(what text, name text) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    forbidden text := '[;,=:[:space:][:cntrl:]]';
BEGIN
    PERFORM wdd.require_value('name', name IS NOT NULL);
    IF name = '' THEN
        RAISE EXCEPTION 'name of a % must not be empty', what
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF octet_length(name) > 63 THEN
        RAISE EXCEPTION 'name of a % is too long: "%"', what, wdd.shown(name)
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('It has %s bytes; at most 63 are allowed.', octet_length(name));
    END IF;
    IF pg_catalog.getdatabaseencoding() = 'UTF8' THEN
        -- blanks and invisible characters beyond ASCII, whatever the locale
        forbidden := forbidden || '|[\u0080-\u00a0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]';
    END IF;
    IF name COLLATE "C" ~ forbidden THEN
        RAISE EXCEPTION 'name of a % contains a character that is not allowed: "%"', what,
            regexp_replace(name COLLATE "C", '[[:cntrl:]]', '?', 'g')
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'Blanks, control characters and the characters ";", ",", "=" and ":" have a meaning in labels and settings.',
                  HINT = 'Use letters, digits and "_".';
    END IF;
END $$;
COMMENT ON FUNCTION wdd.check_name(text, text) IS
    'Raises 22004 or 22023 unless name may name a thing of this kind. Internal.';

CREATE FUNCTION wdd.purpose_id(purpose text) RETURNS smallint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    id smallint;
BEGIN
    PERFORM wdd.require_value('purpose', purpose IS NOT NULL);
    SELECT p.purpose_id INTO id FROM wdd.purpose p WHERE p.name = purpose;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'purpose "%" does not exist', wdd.shown(purpose)
            USING ERRCODE = 'undefined_object',
                  HINT = 'wdd.purposes() lists the purposes; wdd.add_purpose() makes one.';
    END IF;
    RETURN id;
END $$;
COMMENT ON FUNCTION wdd.purpose_id(text) IS 'The id of a purpose; 42704 when there is none. Internal.';

CREATE FUNCTION wdd.category_id(category text) RETURNS smallint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    id smallint;
BEGIN
    PERFORM wdd.require_value('category', category IS NOT NULL);
    SELECT c.category_id INTO id FROM wdd.category c WHERE c.name = category;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'category "%" does not exist', wdd.shown(category)
            USING ERRCODE = 'undefined_object',
                  HINT = 'wdd.categories() lists the categories; wdd.add_category() makes one.';
    END IF;
    RETURN id;
END $$;
COMMENT ON FUNCTION wdd.category_id(text) IS 'The id of a category; 42704 when there is none. Internal.';

CREATE FUNCTION wdd.subject_kind_id(subject_kind text) RETURNS smallint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    id smallint;
BEGIN
    PERFORM wdd.require_value('subject_kind', subject_kind IS NOT NULL);
    SELECT k.kind_id INTO id FROM wdd.subject_kind k WHERE k.name = subject_kind;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'subject kind "%" does not exist', wdd.shown(subject_kind)
            USING ERRCODE = 'undefined_object',
                  HINT = 'wdd.add_subject_kind() makes one.';
    END IF;
    RETURN id;
END $$;
COMMENT ON FUNCTION wdd.subject_kind_id(text) IS 'The id of a subject kind; 42704 when there is none. Internal.';

CREATE FUNCTION wdd.service_id(service text) RETURNS smallint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    id smallint;
BEGIN
    SELECT s.service_id INTO id FROM wdd.service s WHERE s.name = service;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'service "%" does not exist', wdd.shown(service)
            USING ERRCODE = 'undefined_object',
                  HINT = 'wdd.add_service() makes one.';
    END IF;
    RETURN id;
END $$;
COMMENT ON FUNCTION wdd.service_id(text) IS 'The id of a service; 42704 when there is none. Internal.';

-- The table of bases, as the constraints of wdd.purpose have it.
CREATE FUNCTION wdd.basis(basis text, OUT silence_permits boolean, OUT refusable boolean,
                          OUT case_reference_required boolean)
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM wdd.require_value('basis', basis IS NOT NULL);
    IF basis NOT IN ('consent', 'legitimate_interest', 'contract', 'vital_interest',
                     'service_notice', 'legal_obligation', 'authority') THEN
        RAISE EXCEPTION 'basis "%" does not exist', wdd.shown(basis)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'A basis is one of consent, legitimate_interest, contract, vital_interest, service_notice, legal_obligation, authority.';
    END IF;
    silence_permits := basis <> 'consent';
    refusable := basis IN ('consent', 'legitimate_interest');
    case_reference_required := basis IN ('legal_obligation', 'authority');
END $$;
COMMENT ON FUNCTION wdd.basis(text) IS
    'What a legal basis decides: the meaning of silence, whether a person may refuse, whether a case must be named. Internal.';

-- Ids count up from first.  The caller holds a lock of the table against
-- others who add.
CREATE FUNCTION wdd.next_id(relation regclass, id_column name, first integer) RETURNS smallint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    id integer;
BEGIN
    EXECUTE format('SELECT pg_catalog.max(%I) FROM %s', id_column, relation) INTO id;
    id := greatest(id + 1, first);
    IF id > 32767 THEN
        RAISE EXCEPTION 'table "%" cannot hold another row', relation
            USING ERRCODE = 'program_limit_exceeded';
    END IF;
    RETURN id;
END $$;
COMMENT ON FUNCTION wdd.next_id(regclass, name, integer) IS 'The id of the next row; 54000 past 32767. Internal.';

CREATE FUNCTION wdd.raise_duplicate(what text, name text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% "%" already exists', what, wdd.shown(name)
        USING ERRCODE = 'duplicate_object';
END $$;
COMMENT ON FUNCTION wdd.raise_duplicate(text, text) IS 'Raises 42710. Internal.';

CREATE FUNCTION wdd.add_service(name text, parent text DEFAULT NULL, description_zh text DEFAULT NULL,
                                description_en text DEFAULT NULL, clause text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM wdd.check_name('service', name);
    LOCK TABLE wdd.service IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM wdd.service s WHERE s.name = add_service.name) THEN
        PERFORM wdd.raise_duplicate('service', name);
    END IF;
    INSERT INTO wdd.service
        VALUES (wdd.next_id('wdd.service', 'service_id', 1), name,
                CASE WHEN parent IS NOT NULL THEN wdd.service_id(parent) END,
                description_zh, description_en, clause);
END $$;
COMMENT ON FUNCTION wdd.add_service(text, text, text, text, text) IS
    'Adds a service below parent (NULL: at the top). 42710: it exists; 42704: no such parent; 22023: not a name. Duty administer.';

CREATE FUNCTION wdd.add_category(name text, sensitive boolean DEFAULT false, description_zh text DEFAULT NULL,
                                 description_en text DEFAULT NULL, clause text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM wdd.check_name('category', name);
    PERFORM wdd.require_value('sensitive', sensitive IS NOT NULL);
    LOCK TABLE wdd.category IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM wdd.category c WHERE c.name = add_category.name) THEN
        PERFORM wdd.raise_duplicate('category', name);
    END IF;
    INSERT INTO wdd.category
        VALUES (wdd.next_id('wdd.category', 'category_id', 1), name, sensitive,
                description_zh, description_en, clause);
END $$;
COMMENT ON FUNCTION wdd.add_category(text, boolean, text, text, text) IS
    'Adds a category of personal data. Columns of a sensitive one are masked, not hidden, for persons who do not permit, unless their label says otherwise. 42710: it exists; 22023: not a name. Duty administer.';

CREATE FUNCTION wdd.add_subject_kind(name text, description_zh text DEFAULT NULL,
                                     description_en text DEFAULT NULL, clause text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM wdd.check_name('subject kind', name);
    LOCK TABLE wdd.subject_kind IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM wdd.subject_kind k WHERE k.name = add_subject_kind.name) THEN
        PERFORM wdd.raise_duplicate('subject kind', name);
    END IF;
    INSERT INTO wdd.subject_kind
        VALUES (wdd.next_id('wdd.subject_kind', 'kind_id', 16), name, false,
                description_zh, description_en, clause);
END $$;
COMMENT ON FUNCTION wdd.add_subject_kind(text, text, text, text) IS
    'Adds a kind of persons, for subject_kind in table labels. 42710: it exists; 22023: not a name. Duty administer.';

-- What a purpose may look like, before anything is stored.
CREATE FUNCTION wdd.check_purpose(name text, basis text, silence_permits boolean, aggregate_only boolean,
                                  minimum_group integer, case_reference_required boolean) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    by_basis record;
BEGIN
    PERFORM wdd.check_name('purpose', name);
    by_basis := wdd.basis(basis);
    IF silence_permits <> by_basis.silence_permits THEN
        RAISE EXCEPTION 'basis "%" contradicts silence_permits => %', basis, silence_permits::text
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = CASE WHEN by_basis.silence_permits
                           THEN 'On this basis a use is permitted unless the person refused it, if it may be refused at all.'
                           ELSE 'On this basis a use is permitted only to persons who agreed to it.' END;
    END IF;
    IF by_basis.case_reference_required AND NOT case_reference_required THEN
        RAISE EXCEPTION 'a purpose on basis "%" needs a case reference', basis
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM wdd.require_value('aggregate_only', aggregate_only IS NOT NULL);
    IF minimum_group IS NOT NULL AND NOT aggregate_only THEN
        RAISE EXCEPTION 'a minimum group is for purposes that are aggregate-only'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF minimum_group < 2 THEN
        RAISE EXCEPTION 'minimum group of % persons is too small', minimum_group
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'A group of fewer than 2 persons is a person.';
    END IF;
END $$;
COMMENT ON FUNCTION wdd.check_purpose(text, text, boolean, boolean, integer, boolean) IS
    'Raises 22004 or 22023 for a purpose that contradicts itself or its basis. Internal.';

-- A purpose's service only says whose purpose it is: no data belongs to a
-- service yet (the label key is refused), and a label opens a column to exactly
-- the purposes that it lists.  That opens nothing by itself, but it does not
-- separate services either, so it is told.  from_service would be the rule that
-- data of one service serves another: refused until labels can say whose data
-- it is.
CREATE FUNCTION wdd.add_purpose(name text, basis text, service text DEFAULT NULL, from_service text DEFAULT NULL,
                                aggregate_only boolean DEFAULT false, minimum_group integer DEFAULT NULL,
                                case_reference_required boolean DEFAULT NULL, silence_permits boolean DEFAULT NULL,
                                description_zh text DEFAULT NULL, description_en text DEFAULT NULL,
                                clause text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    by_basis record;
BEGIN
    PERFORM wdd.check_purpose(name, basis, silence_permits, aggregate_only, minimum_group, case_reference_required);
    IF from_service IS NOT NULL THEN
        RAISE EXCEPTION 'purposes limited to the data of one service are not supported yet'
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Make a purpose on basis "consent" without from_service, and list it on the columns it may use.';
    END IF;
    LOCK TABLE wdd.purpose IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM wdd.purpose p WHERE p.name = add_purpose.name) THEN
        PERFORM wdd.raise_duplicate('purpose', name);
    END IF;
    by_basis := wdd.basis(basis);
    -- a number that a grant still has is nobody's: it would be granted unasked
    INSERT INTO wdd.purpose
        VALUES (greatest(wdd.next_id('wdd.purpose', 'purpose_id', 16),
                         wdd.next_id('wdd.purpose_grant', 'purpose_id', 16)), name, basis,
                by_basis.silence_permits, by_basis.refusable,
                coalesce(case_reference_required, by_basis.case_reference_required),
                aggregate_only, CASE WHEN aggregate_only THEN coalesce(minimum_group, 10) END,
                CASE WHEN service IS NOT NULL THEN wdd.service_id(service) END, NULL, false,
                description_zh, description_en, clause);
    IF service IS NOT NULL THEN
        RAISE NOTICE 'the service of purpose "%" is recorded, but services are not kept apart yet', name
            USING DETAIL = 'A label opens a column to the purposes that it lists, whichever service they belong to.';
    END IF;
END $$;
COMMENT ON FUNCTION wdd.add_purpose(text, text, text, text, boolean, integer, boolean, boolean, text, text, text) IS
    'Adds a purpose. basis: consent, legitimate_interest, contract, vital_interest, service_notice, legal_obligation or authority; it decides what a person''s silence means, whether it may be refused and (NULL) whether a case reference is required. service: whose purpose it is, a description (NULL: every service''s). from_service: 0A000. aggregate_only: every use is refused until statistics work; minimum_group in persons, at least 2, default 10. 42710: it exists; 42704: no such service; 22023: not a name, no such basis, or a contradiction. Duty administer.';

-- What there is.  It tells of no person, so everyone may look.
CREATE FUNCTION wdd.purposes()
RETURNS TABLE (purpose text, basis text, silence_permits boolean, refusable boolean,
               case_reference_required boolean, aggregate_only boolean, minimum_group integer,
               service text, clause text, description_en text, description_zh text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.name, p.basis, p.silence_permits, p.refusable, p.case_reference_required,
           p.aggregate_only, p.minimum_group, s.name, p.clause, p.description_en, p.description_zh
    FROM wdd.purpose p LEFT JOIN wdd.service s USING (service_id)
    ORDER BY p.purpose_id
$$;
COMMENT ON FUNCTION wdd.purposes() IS
    'The purposes: their basis, what a person''s silence means, whether a person may refuse; minimum_group in persons. Everyone may call it.';

CREATE FUNCTION wdd.categories()
RETURNS TABLE (category text, sensitive boolean, clause text, description_en text, description_zh text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.name, c.sensitive, c.clause, c.description_en, c.description_zh
    FROM wdd.category c
    ORDER BY c.category_id
$$;
COMMENT ON FUNCTION wdd.categories() IS 'The categories of personal data. Everyone may call it.';

-- Changing and dropping.  Names, bases and sensitivity do not change: persons
-- answered to them.
CREATE FUNCTION wdd.describe(what text, name text, description_zh text, description_en text, clause text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    changed integer;
BEGIN
    PERFORM wdd.require_value('what', what IS NOT NULL);
    PERFORM wdd.require_value('name', name IS NOT NULL);
    IF what NOT IN ('purpose', 'category', 'service', 'subject_kind') THEN
        RAISE EXCEPTION '"%" cannot be described', wdd.shown(what)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'What can be described is a purpose, category, service or subject_kind.';
    END IF;
    EXECUTE format('UPDATE wdd.%I SET description_zh = $2, description_en = $3, clause = $4 WHERE name = $1', what)
        USING name, description_zh, description_en, clause;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed = 0 THEN
        RAISE EXCEPTION '% "%" does not exist', replace(what, '_', ' '), wdd.shown(name)
            USING ERRCODE = 'undefined_object';
    END IF;
END $$;
COMMENT ON FUNCTION wdd.describe(text, text, text, text, text) IS
    'Replaces the descriptions and the clause (each may be NULL) of a purpose, category, service or subject_kind. 42704: there is none of that name; 22023: another what. Duty administer.';

-- Raises 2BP01 with what still refers to the thing.
CREATE FUNCTION wdd.raise_in_use(what text, name text, by_what text, hint text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'cannot drop % "%" because it is in use', what, name
        USING ERRCODE = 'dependent_objects_still_exist', DETAIL = by_what, HINT = hint;
END $$;
COMMENT ON FUNCTION wdd.raise_in_use(text, text, text, text) IS 'Raises 2BP01. Internal.';

-- The first label that names the thing, as text, or NULL.
CREATE FUNCTION wdd.label_that_names(label_key text, name text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT CASE WHEN l.column_name IS NULL THEN format('The label of table %s names it.', l.relation)
                        ELSE format('The label of column %I of table %s names it.', l.column_name, l.relation) END
            FROM wdd.label_fields(NULL) l
            WHERE l.key = label_key AND name = ANY (string_to_array(l.value, ','))
            ORDER BY l.relation::text COLLATE "C", l.attnum
            LIMIT 1);
END $$;
COMMENT ON FUNCTION wdd.label_that_names(text, text) IS 'Where a label names a purpose, category or kind; NULL: nowhere. Internal.';

CREATE FUNCTION wdd.drop_purpose(name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id smallint;
BEGIN
    PERFORM wdd.require_value('name', name IS NOT NULL);
    id := wdd.purpose_id(name);
    IF id < 16 THEN
        RAISE EXCEPTION 'cannot drop purpose "%" because it is built in', name
            USING ERRCODE = 'wrong_object_type';
    END IF;
    LOCK TABLE wdd.purpose, wdd.consent_event, wdd.purpose_grant IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM wdd.consent_event e WHERE e.purpose_id = id) THEN
        PERFORM wdd.raise_in_use('purpose', name, 'Persons have answered to it.',
                                 'What persons said stays on record: revoke its grants and take it out of the labels instead.');
    ELSIF EXISTS (SELECT FROM wdd.purpose_grant g WHERE g.purpose_id = id) THEN
        PERFORM wdd.raise_in_use('purpose', name, 'It is granted to roles.', 'Use wdd.revoke_purpose() first.');
    ELSIF wdd.label_that_names('purposes', name) IS NOT NULL THEN
        PERFORM wdd.raise_in_use('purpose', name, wdd.label_that_names('purposes', name),
                                 'Take it out of the labels first.');
    END IF;
    DELETE FROM wdd.purpose p WHERE p.purpose_id = id;
END $$;
COMMENT ON FUNCTION wdd.drop_purpose(text) IS
    'Drops a purpose that no person answered to, no role is granted and no label names (else 2BP01). 42704: there is none; 42809: it is built in. Duty administer.';

CREATE FUNCTION wdd.drop_category(name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id smallint;
BEGIN
    PERFORM wdd.require_value('name', name IS NOT NULL);
    id := wdd.category_id(name);
    LOCK TABLE wdd.category, wdd.consent_event IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM wdd.consent_event e WHERE e.category_id = id) THEN
        PERFORM wdd.raise_in_use('category', name, 'Persons have answered to it.',
                                 'What persons said stays on record: take it out of the labels instead.');
    ELSIF wdd.label_that_names('category', name) IS NOT NULL THEN
        PERFORM wdd.raise_in_use('category', name, wdd.label_that_names('category', name),
                                 'Take it out of the labels first.');
    END IF;
    DELETE FROM wdd.category c WHERE c.category_id = id;
END $$;
COMMENT ON FUNCTION wdd.drop_category(text) IS
    'Drops a category that no person answered to and no label names (else 2BP01). 42704: there is none. Duty administer.';

CREATE FUNCTION wdd.drop_subject_kind(name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id smallint;
BEGIN
    PERFORM wdd.require_value('name', name IS NOT NULL);
    id := wdd.subject_kind_id(name);
    IF id < 16 THEN
        RAISE EXCEPTION 'cannot drop subject kind "%" because it is built in', name
            USING ERRCODE = 'wrong_object_type';
    END IF;
    LOCK TABLE wdd.subject_kind, wdd.person IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM wdd.person p WHERE p.kind_id = id) THEN
        PERFORM wdd.raise_in_use('subject kind', name, 'Persons of this kind are registered.',
                                 'What persons said stays on record: take it out of the labels instead.');
    ELSIF wdd.label_that_names('subject_kind', name) IS NOT NULL THEN
        PERFORM wdd.raise_in_use('subject kind', name, wdd.label_that_names('subject_kind', name),
                                 'Take it out of the labels first.');
    END IF;
    DELETE FROM wdd.subject_kind k WHERE k.kind_id = id;
END $$;
COMMENT ON FUNCTION wdd.drop_subject_kind(text) IS
    'Drops a subject kind of which no person is registered and that no label names (else 2BP01). 42704: there is none; 42809: it is built in. Duty administer.';

CREATE FUNCTION wdd.drop_service(name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id smallint;
BEGIN
    PERFORM wdd.require_value('name', name IS NOT NULL);
    id := wdd.service_id(name);
    LOCK TABLE wdd.service, wdd.purpose IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM wdd.purpose p WHERE id IN (p.service_id, p.from_service_id)) THEN
        PERFORM wdd.raise_in_use('service', name, 'Purposes belong to it.', 'Drop those purposes first.');
    ELSIF EXISTS (SELECT FROM wdd.service s WHERE s.parent_id = id) THEN
        PERFORM wdd.raise_in_use('service', name, 'There are services below it.',
                                 'Drop those services first.');
    END IF;
    DELETE FROM wdd.service s WHERE s.service_id = id;
END $$;
COMMENT ON FUNCTION wdd.drop_service(text) IS
    'Drops a service to which no purpose belongs and that has none below it (else 2BP01). 42704: there is none. Duty administer.';
