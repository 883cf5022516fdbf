-- Storing sealed values.  The extension puts the trigger and the constraints on
-- every table with sealed columns.

CREATE SEQUENCE wdd.sealed_field AS integer MAXVALUE 65535;
SELECT pg_catalog.pg_extension_config_dump('wdd.sealed_field', '');
COMMENT ON SEQUENCE wdd.sealed_field IS
    'Numbers of sealed columns: each gets one in its type, by which its values are bound to it';

CREATE FUNCTION wdd.seal_row() RETURNS trigger
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_seal_row';
COMMENT ON FUNCTION wdd.seal_row() IS
    'Trigger function, BEFORE INSERT OR UPDATE FOR EACH ROW, that seals values for the person whose row it is; put on tables by the extension. 55000: the column is not labelled; XX001: a sealed value of another person or column';
REVOKE EXECUTE ON FUNCTION wdd.seal_row() FROM PUBLIC;

CREATE FUNCTION wdd.sealed_is_bound(value anyelement) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sealed_is_bound';
COMMENT ON FUNCTION wdd.sealed_is_bound(anyelement) IS
    'Is the sealed value, or every element of the array, bound to a row? For constraints that the extension puts on tables with sealed columns. NULL for NULL';

CREATE FUNCTION wdd.seal_for_row(value anyelement, relation oid, modifier integer, subject "any") RETURNS anyelement
    LANGUAGE C STABLE AS 'MODULE_PATHNAME', 'wdd_seal_for_row';
COMMENT ON FUNCTION wdd.seal_for_row(anyelement, oid, integer, "any") IS
    'Seals a value for its row while ALTER TABLE ... TYPE converts a column. Raises 42501 when called by anything else';

