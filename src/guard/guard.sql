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

CREATE FUNCTION wdd.statistics_shown(relation oid, attnum smallint) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'wdd_statistics_shown';
COMMENT ON FUNCTION wdd.statistics_shown(oid, smallint) IS
    'Filter that the guard puts on pg_statistic, and so on pg_stats: false for the statistics of a labelled column, and of an index of a protected table, unless the session acts for purpose backup or has broken the glass. NULL for NULL. Open to everyone';

CREATE FUNCTION wdd.extended_statistics_shown(statistics oid) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'wdd_extended_statistics_shown';
COMMENT ON FUNCTION wdd.extended_statistics_shown(oid) IS
    'Filter that the guard puts on pg_statistic_ext_data, and so on pg_stats_ext: false for extended statistics of a protected table, unless the session acts for purpose backup or has broken the glass. NULL for NULL. Open to everyone';

CREATE FUNCTION wdd.mask(value text, kind text) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_mask';
COMMENT ON FUNCTION wdd.mask(text, text) IS
    'The value under one of the usual masks. kind: null, full (***), phone (138****5678), id_card (110101********1234), name (张*), email (a***@b.cn), ip (192.168.1.0/24, 2001:db8:1::/48), keep=first,last (as many characters, 0 to 99 each); 22023 for another. Characters are counted, not bytes; a value not of its form is masked whole. NULL gives NULL';

CREATE FUNCTION wdd.mask(value inet, kind text) RETURNS inet
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_mask_inet';
COMMENT ON FUNCTION wdd.mask(inet, text) IS
    'The network that the address is in: the first 24 bits of IPv4, 48 of IPv6. kind: ip, or null; 22023 for another. NULL gives NULL';

-- When the extension was installed here: sessions that are older have no hooks
-- unless the library is preloaded for the whole server.
CREATE TABLE wdd.installation (installed_at timestamptz NOT NULL DEFAULT clock_timestamp());
INSERT INTO wdd.installation DEFAULT VALUES;
COMMENT ON TABLE wdd.installation IS 'When the extension was installed in this database';
