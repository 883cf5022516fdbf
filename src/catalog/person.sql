-- The registry of persons: one row a person, on which consents hang.
-- Exactly one of the three keys is set; which one follows from the type of the
-- labelled tables' subject columns (int2/4/8, uuid, text/varchar).

CREATE TABLE wdd.person (
    person_id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind_id        smallint NOT NULL REFERENCES wdd.subject_kind,
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
