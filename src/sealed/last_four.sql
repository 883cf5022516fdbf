-- Search for telephone numbers by their last four digits.

CREATE FUNCTION wdd.sealed_phone_last_four_eq(value wdd.sealed_phone, digits text) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_phone_last_four_eq';
COMMENT ON FUNCTION wdd.sealed_phone_last_four_eq(wdd.sealed_phone, text) IS
    'Does the number end in these four digits? 22023: not four digits; 0A000: the column is not sealed_phone(suffix); 42501: outside a checked statement';
CREATE FUNCTION wdd.sealed_phone_last_four_same(wdd.sealed_phone, wdd.sealed_phone) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_phone_last_four_same';
COMMENT ON FUNCTION wdd.sealed_phone_last_four_same(wdd.sealed_phone, wdd.sealed_phone) IS
    'Do the numbers end in the same four digits? Both of columns sealed_phone(suffix)';
CREATE FUNCTION wdd.sealed_phone_last_four_hash(wdd.sealed_phone) RETURNS integer
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_phone_last_four_hash';
COMMENT ON FUNCTION wdd.sealed_phone_last_four_hash(wdd.sealed_phone) IS 'Support of hash indexes';
CREATE FUNCTION wdd.sealed_phone_last_four_hash_text(text) RETURNS integer
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_phone_last_four_hash_text';
COMMENT ON FUNCTION wdd.sealed_phone_last_four_hash_text(text) IS 'Support of hash indexes';
REVOKE EXECUTE ON FUNCTION wdd.sealed_phone_last_four_hash(wdd.sealed_phone), wdd.sealed_phone_last_four_hash_text(text) FROM PUBLIC;

-- A literal, and a parameter without type, are text for it: no operator of this
-- name takes two sealed values.
CREATE OPERATOR pg_catalog.*= (LEFTARG = wdd.sealed_phone, RIGHTARG = text, FUNCTION = wdd.sealed_phone_last_four_eq,
    RESTRICT = contsel, JOIN = contjoinsel);
COMMENT ON OPERATOR pg_catalog.*= (wdd.sealed_phone, text) IS 'The number ends in these four digits';
CREATE OPERATOR pg_catalog.*=* (LEFTARG = wdd.sealed_phone, RIGHTARG = wdd.sealed_phone, FUNCTION = wdd.sealed_phone_last_four_same,
    COMMUTATOR = OPERATOR(pg_catalog.*=*), RESTRICT = contsel, JOIN = contjoinsel, HASHES);
COMMENT ON OPERATOR pg_catalog.*=* (wdd.sealed_phone, wdd.sealed_phone) IS 'The numbers end in the same four digits';

CREATE OPERATOR FAMILY wdd.sealed_phone_last_four_ops USING hash;
CREATE OPERATOR CLASS wdd.sealed_phone_last_four_ops FOR TYPE wdd.sealed_phone USING hash FAMILY wdd.sealed_phone_last_four_ops AS
    OPERATOR 1 pg_catalog.*=*, FUNCTION 1 wdd.sealed_phone_last_four_hash(wdd.sealed_phone);
ALTER OPERATOR FAMILY wdd.sealed_phone_last_four_ops USING hash ADD
    OPERATOR 1 pg_catalog.*= (wdd.sealed_phone, text), OPERATOR 1 wdd.== (text, text),
    FUNCTION 1 (text, text) wdd.sealed_phone_last_four_hash_text(text);
