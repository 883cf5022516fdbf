-- Services, categories, subject kinds, purposes and who may act for them.
--
-- Names are what people and labels use; the small integers are what rows of
-- consents store.  Rows with built_in are made here and are not dumped; those
-- that add_* makes are, through pg_extension_config_dump.

CREATE TABLE wdd.service (
    service_id     smallint PRIMARY KEY,
    name           text NOT NULL UNIQUE,
    parent_id      smallint REFERENCES wdd.service,
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
    service_id     smallint REFERENCES wdd.service,
    from_service_id smallint REFERENCES wdd.service,
    built_in       boolean NOT NULL DEFAULT false,
    description_zh text,
    description_en text,
    clause         text
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
    purpose_id     smallint NOT NULL REFERENCES wdd.purpose,
    role           regrole NOT NULL,
    valid_until    timestamptz,                    -- NULL: no end
    confidentiality_signed_at timestamptz,
    granted_by     name NOT NULL DEFAULT session_user,
    granted_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (purpose_id, role)
);
