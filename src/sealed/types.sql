-- The sealed types, and "=" of them.
--
-- The operators lie in pg_catalog: "=" is found whatever search_path says, and
-- nobody can put another in front of it.

CREATE FUNCTION wdd.sealed_typmod_in(cstring[]) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_typmod_in';
COMMENT ON FUNCTION wdd.sealed_typmod_in(cstring[]) IS 'Input of type modifiers of sealed types: pad16 to pad1024, a column''s number. 22023 for others';
CREATE FUNCTION wdd.sealed_search_typmod_in(cstring[]) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_search_typmod_in';
COMMENT ON FUNCTION wdd.sealed_search_typmod_in(cstring[]) IS 'Input of type modifiers of sealed types that can be searched: searchable, unsearchable, and those of all. 22023 for others';
CREATE FUNCTION wdd.sealed_phone_typmod_in(cstring[]) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_phone_typmod_in';
COMMENT ON FUNCTION wdd.sealed_phone_typmod_in(cstring[]) IS 'Input of type modifiers of wdd.sealed_phone: suffix, searchable, unsearchable, and those of all. 22023 for others';
CREATE FUNCTION wdd.sealed_typmod_out(integer) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_typmod_out';
COMMENT ON FUNCTION wdd.sealed_typmod_out(integer) IS 'Output of type modifiers of sealed types';
CREATE FUNCTION wdd.sealed_typanalyze(internal) RETURNS boolean
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'wdd_sealed_typanalyze';
REVOKE EXECUTE ON FUNCTION wdd.sealed_typanalyze(internal) FROM PUBLIC;
COMMENT ON FUNCTION wdd.sealed_typanalyze(internal) IS 'ANALYZE of sealed types: how many are NULL, how long and how many different they are, and no values';

DO $do$
DECLARE
    kind record;
BEGIN
    FOR kind IN
        SELECT k.*, 'sealed_' || k.name AS type,
            CASE WHEN k.name = 'phone' THEN 'sealed_phone_typmod_in' WHEN k.name IN ('text', 'id_card', 'email') THEN 'sealed_search_typmod_in'
                ELSE 'sealed_typmod_in' END AS typmod_in
        FROM (VALUES
            ('text', 'text', 'Text'), ('bytea', 'bytea', 'Bytes'), ('jsonb', 'jsonb', 'JSON'),
            ('numeric', 'numeric', 'A number'), ('date', 'date', 'A date'),
            ('phone', 'text', 'A telephone number: a mainland mobile number, or E.164'),
            ('id_card', 'text', 'A mainland identity number (GB 11643)'),
            ('email', 'text', 'An e-mail address'), ('inet', 'inet', 'An IP address or network')) AS k (name, plain, what)
    LOOP
        EXECUTE format($sql$
            CREATE TYPE wdd.%1$I;
            CREATE FUNCTION wdd.%2$I(cstring, oid, integer) RETURNS wdd.%1$I
                LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_in';
            CREATE FUNCTION wdd.%3$I(wdd.%1$I) RETURNS cstring
                LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_out';
            CREATE FUNCTION wdd.%4$I(internal, oid, integer) RETURNS wdd.%1$I
                LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_recv';
            CREATE FUNCTION wdd.%5$I(wdd.%1$I) RETURNS bytea
                LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_send';
            COMMENT ON FUNCTION wdd.%2$I(cstring, oid, integer) IS 'Input: armour, or plaintext, which is sealed at once. 22P03 for armour that is none; for plaintext errors as the plain type, without the value';
            COMMENT ON FUNCTION wdd.%3$I(wdd.%1$I) IS 'Output: armour, never plaintext';
            COMMENT ON FUNCTION wdd.%4$I(internal, oid, integer) IS 'Binary input: a sealed value''s bytes. 22P03 for anything else';
            COMMENT ON FUNCTION wdd.%5$I(wdd.%1$I) IS 'Binary output: the sealed bytes, never plaintext';
            CREATE TYPE wdd.%1$I (
                INPUT = wdd.%2$I, OUTPUT = wdd.%3$I, RECEIVE = wdd.%4$I, SEND = wdd.%5$I,
                TYPMOD_IN = wdd.%18$I, TYPMOD_OUT = wdd.sealed_typmod_out,
                ANALYZE = wdd.sealed_typanalyze,
                INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = external, CATEGORY = 'U');
            COMMENT ON TYPE wdd.%1$I IS %6$L;
            -- ANALYZE of arrays would store their elements; ALTER TYPE takes no array type
            UPDATE pg_catalog.pg_type SET typanalyze = 'wdd.sealed_typanalyze'::pg_catalog.regproc
                WHERE oid OPERATOR(pg_catalog.=) 'wdd.%1$I[]'::pg_catalog.regtype;

            CREATE FUNCTION wdd.reveal(value wdd.%1$I) RETURNS %7$s
                LANGUAGE C STABLE STRICT PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'wdd_reveal';
            COMMENT ON FUNCTION wdd.reveal(wdd.%1$I) IS
                'The plaintext of a sealed column, in a statement for a purpose that may use it, from rows whose persons permit it. NULL for NULL. 42501: not a column of a labelled table; XX001: the value does not open. Open to everyone: who may read a column decides';
            CREATE CAST (wdd.%1$I AS %7$s) WITH FUNCTION wdd.reveal(wdd.%1$I);
            CREATE FUNCTION wdd.mask(value wdd.%1$I, kind text) RETURNS text
                LANGUAGE C STABLE STRICT PARALLEL SAFE COST 6 AS 'MODULE_PATHNAME', 'wdd_reveal';
            COMMENT ON FUNCTION wdd.mask(wdd.%1$I, text) IS
                'The plaintext of a sealed column under one of the masks of wdd.mask(text, text); for whom and from where as wdd.reveal(). NULL for NULL';
            CREATE CAST (%7$s AS wdd.%1$I) WITH INOUT AS ASSIGNMENT;

            CREATE FUNCTION wdd.%8$I(wdd.%1$I, wdd.%1$I) RETURNS boolean LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_eq';
            CREATE FUNCTION wdd.%9$I(wdd.%1$I, wdd.%1$I) RETURNS boolean LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_ne';
            CREATE FUNCTION wdd.%10$I(wdd.%1$I, wdd.%1$I) RETURNS boolean LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_lt';
            CREATE FUNCTION wdd.%11$I(wdd.%1$I, wdd.%1$I) RETURNS boolean LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_le';
            CREATE FUNCTION wdd.%12$I(wdd.%1$I, wdd.%1$I) RETURNS boolean LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_gt';
            CREATE FUNCTION wdd.%13$I(wdd.%1$I, wdd.%1$I) RETURNS boolean LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_ge';
            CREATE FUNCTION wdd.%14$I(wdd.%1$I, wdd.%1$I) RETURNS integer LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_cmp';
            CREATE FUNCTION wdd.%15$I(wdd.%1$I) RETURNS integer LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_hash';
            CREATE FUNCTION wdd.%16$I(wdd.%1$I, bigint) RETURNS bigint LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_hash_extended';
            COMMENT ON FUNCTION wdd.%8$I(wdd.%1$I, wdd.%1$I) IS 'The same search token; without tokens, the same bytes. 42501: plaintext compared outside a checked statement; 0A000: plaintext compared with a value without token; 55000: tokens of different epochs';
            COMMENT ON FUNCTION wdd.%9$I(wdd.%1$I, wdd.%1$I) IS 'Not the same search token; errors as for =';
            COMMENT ON FUNCTION wdd.%10$I(wdd.%1$I, wdd.%1$I) IS 'Before, in an order without meaning that btree indexes use';
            COMMENT ON FUNCTION wdd.%11$I(wdd.%1$I, wdd.%1$I) IS 'Not after, in an order without meaning that btree indexes use';
            COMMENT ON FUNCTION wdd.%12$I(wdd.%1$I, wdd.%1$I) IS 'After, in an order without meaning that btree indexes use';
            COMMENT ON FUNCTION wdd.%13$I(wdd.%1$I, wdd.%1$I) IS 'Not before, in an order without meaning that btree indexes use';
            COMMENT ON FUNCTION wdd.%14$I(wdd.%1$I, wdd.%1$I) IS 'Support of btree indexes: the order, which has no meaning';
            COMMENT ON FUNCTION wdd.%15$I(wdd.%1$I) IS 'Support of hashing';
            COMMENT ON FUNCTION wdd.%16$I(wdd.%1$I, bigint) IS 'Support of hashing';
            REVOKE EXECUTE ON FUNCTION wdd.%14$I(wdd.%1$I, wdd.%1$I), wdd.%15$I(wdd.%1$I), wdd.%16$I(wdd.%1$I, bigint) FROM PUBLIC;
            CREATE OPERATOR pg_catalog.= (LEFTARG = wdd.%1$I, RIGHTARG = wdd.%1$I, FUNCTION = wdd.%8$I,
                COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
            CREATE OPERATOR pg_catalog.<> (LEFTARG = wdd.%1$I, RIGHTARG = wdd.%1$I, FUNCTION = wdd.%9$I,
                COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel);
            CREATE OPERATOR pg_catalog.< (LEFTARG = wdd.%1$I, RIGHTARG = wdd.%1$I, FUNCTION = wdd.%10$I,
                COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
            CREATE OPERATOR pg_catalog.<= (LEFTARG = wdd.%1$I, RIGHTARG = wdd.%1$I, FUNCTION = wdd.%11$I,
                COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
            CREATE OPERATOR pg_catalog.> (LEFTARG = wdd.%1$I, RIGHTARG = wdd.%1$I, FUNCTION = wdd.%12$I,
                COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
            CREATE OPERATOR pg_catalog.>= (LEFTARG = wdd.%1$I, RIGHTARG = wdd.%1$I, FUNCTION = wdd.%13$I,
                COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<), RESTRICT = scalargesel, JOIN = scalargejoinsel);
            COMMENT ON OPERATOR pg_catalog.= (wdd.%1$I, wdd.%1$I) IS 'The same value: the same search token; without tokens, the same bytes';
            COMMENT ON OPERATOR pg_catalog.<> (wdd.%1$I, wdd.%1$I) IS 'Not the same value';
            COMMENT ON OPERATOR pg_catalog.< (wdd.%1$I, wdd.%1$I) IS 'Before, in an order without meaning that btree indexes use';
            COMMENT ON OPERATOR pg_catalog.<= (wdd.%1$I, wdd.%1$I) IS 'Not after, in an order without meaning that btree indexes use';
            COMMENT ON OPERATOR pg_catalog.> (wdd.%1$I, wdd.%1$I) IS 'After, in an order without meaning that btree indexes use';
            COMMENT ON OPERATOR pg_catalog.>= (wdd.%1$I, wdd.%1$I) IS 'Not before, in an order without meaning that btree indexes use';
            CREATE OPERATOR FAMILY wdd.%17$I USING btree;
            CREATE OPERATOR FAMILY wdd.%17$I USING hash;
            CREATE OPERATOR CLASS wdd.%17$I DEFAULT FOR TYPE wdd.%1$I USING btree FAMILY wdd.%17$I AS
                OPERATOR 1 pg_catalog.<, OPERATOR 2 pg_catalog.<=, OPERATOR 3 pg_catalog.=, OPERATOR 4 pg_catalog.>=, OPERATOR 5 pg_catalog.>,
                FUNCTION 1 wdd.%14$I(wdd.%1$I, wdd.%1$I);
            CREATE OPERATOR CLASS wdd.%17$I DEFAULT FOR TYPE wdd.%1$I USING hash FAMILY wdd.%17$I AS
                OPERATOR 1 pg_catalog.=, FUNCTION 1 wdd.%15$I(wdd.%1$I), FUNCTION 2 wdd.%16$I(wdd.%1$I, bigint);
            $sql$, kind.type, kind.type || '_in', kind.type || '_out', kind.type || '_recv', kind.type || '_send',
            kind.what || ', sealed: ciphertext everywhere but in what wdd.reveal() gives', kind.plain,
            kind.type || '_eq', kind.type || '_ne', kind.type || '_lt', kind.type || '_le', kind.type || '_gt', kind.type || '_ge',
            kind.type || '_cmp', kind.type || '_hash', kind.type || '_hash_extended', kind.type || '_ops', kind.typmod_in);
    END LOOP;

    -- Equal texts have equal hashes, too, whatever the type: hashed sub-selects keep
    -- theirs by it.  It is no operator for others, and not one for hash joins.
    CREATE OPERATOR wdd.== (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_catalog.texteq, COMMUTATOR = OPERATOR(wdd.==));
    COMMENT ON OPERATOR wdd.== (text, text) IS 'The same text, for hash tables of texts that sealed values are compared with. Internal';

    -- Comparison with plaintext, where values have search tokens.
    FOR kind IN
        SELECT 'sealed_' || k.name AS type FROM (VALUES ('text'), ('phone'), ('id_card'), ('email')) AS k (name)
    LOOP
        EXECUTE format($sql$
            CREATE FUNCTION wdd.%2$I(wdd.%1$I, text) RETURNS boolean LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', %10$L;
            CREATE FUNCTION wdd.%3$I(wdd.%1$I, text) RETURNS boolean LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', %11$L;
            CREATE FUNCTION wdd.%4$I(text, wdd.%1$I) RETURNS boolean LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', %12$L;
            CREATE FUNCTION wdd.%5$I(text, wdd.%1$I) RETURNS boolean LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', %13$L;
            CREATE FUNCTION wdd.%6$I(wdd.%1$I, text) RETURNS integer LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', %14$L;
            CREATE FUNCTION wdd.%7$I(text, wdd.%1$I) RETURNS integer LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', %15$L;
            CREATE FUNCTION wdd.%8$I(text) RETURNS integer LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', %16$L;
            CREATE FUNCTION wdd.%9$I(text, bigint) RETURNS bigint LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', %17$L;
            CREATE FUNCTION wdd.%19$I(text, text) RETURNS integer LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', %20$L;
            COMMENT ON FUNCTION wdd.%2$I(wdd.%1$I, text) IS 'Is the plaintext that of the sealed value? Both in normal form; errors as for sealed values, and as the type''s input';
            COMMENT ON FUNCTION wdd.%3$I(wdd.%1$I, text) IS 'Is the plaintext another one than that of the sealed value? Errors as for =';
            COMMENT ON FUNCTION wdd.%4$I(text, wdd.%1$I) IS 'Is the plaintext that of the sealed value? Both in normal form; errors as for sealed values, and as the type''s input';
            COMMENT ON FUNCTION wdd.%5$I(text, wdd.%1$I) IS 'Is the plaintext another one than that of the sealed value? Errors as for =';
            COMMENT ON FUNCTION wdd.%6$I(wdd.%1$I, text) IS 'Support of btree indexes';
            COMMENT ON FUNCTION wdd.%7$I(text, wdd.%1$I) IS 'Support of btree indexes';
            COMMENT ON FUNCTION wdd.%19$I(text, text) IS 'Support of btree indexes';
            COMMENT ON FUNCTION wdd.%8$I(text) IS 'Support of hashing';
            COMMENT ON FUNCTION wdd.%9$I(text, bigint) IS 'Support of hashing';
            REVOKE EXECUTE ON FUNCTION wdd.%6$I(wdd.%1$I, text), wdd.%7$I(text, wdd.%1$I), wdd.%19$I(text, text), wdd.%8$I(text), wdd.%9$I(text, bigint) FROM PUBLIC;
            CREATE OPERATOR pg_catalog.= (LEFTARG = wdd.%1$I, RIGHTARG = text, FUNCTION = wdd.%2$I,
                COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
            CREATE OPERATOR pg_catalog.= (LEFTARG = text, RIGHTARG = wdd.%1$I, FUNCTION = wdd.%4$I,
                COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
            CREATE OPERATOR pg_catalog.<> (LEFTARG = wdd.%1$I, RIGHTARG = text, FUNCTION = wdd.%3$I,
                COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel);
            CREATE OPERATOR pg_catalog.<> (LEFTARG = text, RIGHTARG = wdd.%1$I, FUNCTION = wdd.%5$I,
                COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel);
            COMMENT ON OPERATOR pg_catalog.= (wdd.%1$I, text) IS 'The sealed value is that of the plaintext, both in normal form';
            COMMENT ON OPERATOR pg_catalog.<> (wdd.%1$I, text) IS 'The sealed value is not that of the plaintext';
            COMMENT ON OPERATOR pg_catalog.= (text, wdd.%1$I) IS 'The sealed value is that of the plaintext, both in normal form';
            COMMENT ON OPERATOR pg_catalog.<> (text, wdd.%1$I) IS 'The sealed value is not that of the plaintext';
            ALTER OPERATOR FAMILY wdd.%18$I USING btree ADD
                OPERATOR 3 pg_catalog.= (wdd.%1$I, text), FUNCTION 1 (wdd.%1$I, text) wdd.%6$I(wdd.%1$I, text),
                OPERATOR 3 pg_catalog.= (text, wdd.%1$I), FUNCTION 1 (text, wdd.%1$I) wdd.%7$I(text, wdd.%1$I),
                FUNCTION 1 (text, text) wdd.%19$I(text, text);
            ALTER OPERATOR FAMILY wdd.%18$I USING hash ADD
                OPERATOR 1 pg_catalog.= (wdd.%1$I, text), OPERATOR 1 pg_catalog.= (text, wdd.%1$I), OPERATOR 1 wdd.== (text, text),
                FUNCTION 1 (text, text) wdd.%8$I(text), FUNCTION 2 (text, text) wdd.%9$I(text, bigint);
            $sql$, kind.type, kind.type || '_eq_text', kind.type || '_ne_text', kind.type || '_text_eq', kind.type || '_text_ne',
            kind.type || '_cmp_text', kind.type || '_text_cmp', kind.type || '_hash_text', kind.type || '_hash_text_extended',
            'wdd_' || kind.type || '_eq_text', 'wdd_' || kind.type || '_ne_text', 'wdd_' || kind.type || '_text_eq', 'wdd_' || kind.type || '_text_ne',
            'wdd_' || kind.type || '_cmp_text', 'wdd_' || kind.type || '_text_cmp', 'wdd_' || kind.type || '_hash_text',
            'wdd_' || kind.type || '_hash_text_extended', kind.type || '_ops', kind.type || '_text_cmp_text', 'wdd_' || kind.type || '_text_cmp_text');
    END LOOP;
END $do$;
