-- What the guard puts into plans.  Everyone may execute these functions, since
-- row checks run with the user's rights; outside a plan of the guard they raise.

CREATE FUNCTION wdd.row_check_support(internal) RETURNS internal
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'wdd_row_check_support';
REVOKE EXECUTE ON FUNCTION wdd.row_check_support(internal) FROM PUBLIC;
COMMENT ON FUNCTION wdd.row_check_support(internal) IS
    'Planner support: estimates as if row checks were not there';

CREATE FUNCTION wdd.row_permitted(check_text text, VARIADIC subjects "any") RETURNS boolean
    LANGUAGE C STABLE PARALLEL SAFE COST 1.5 SUPPORT wdd.row_check_support
    AS 'MODULE_PATHNAME', 'wdd_row_permitted';
COMMENT ON FUNCTION wdd.row_permitted(text, VARIADIC "any") IS
    'Row check that the guard puts into plans: may this row, or value, of these persons be seen? Raises 42501 when called by anything else';

CREATE FUNCTION wdd.row_required(check_text text, VARIADIC subjects "any") RETURNS boolean
    LANGUAGE C STABLE PARALLEL SAFE COST 1.5 SUPPORT wdd.row_check_support
    AS 'MODULE_PATHNAME', 'wdd_row_required';
COMMENT ON FUNCTION wdd.row_required(text, VARIADIC "any") IS
    'Row check that raises 42501 instead of returning false, for values that are stored or returned by writes. Raises 42501 when called by anything but a plan of the guard';

CREATE FUNCTION wdd.mask(value text, kind text) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_mask';
COMMENT ON FUNCTION wdd.mask(text, text) IS
    'The value under one of the usual masks. kind: null, full (***), phone (138****5678), id_card (110101********1234), name (张*), email (a***@b.cn); 22023 for another. Characters are counted, not bytes; a value not of its form is masked whole. NULL gives NULL';

-- When the extension was installed here: sessions that are older have no hooks
-- unless the library is preloaded for the whole server.
CREATE TABLE wdd.installation (installed_at timestamptz NOT NULL DEFAULT clock_timestamp());
INSERT INTO wdd.installation DEFAULT VALUES;
COMMENT ON TABLE wdd.installation IS 'When the extension was installed in this database';
