-- What the guard puts in the place of wdd.reveal(), and ALTER TABLE in that of
-- the column.  Everyone may execute these functions; outside a statement that
-- the guard has planned with them they raise.

CREATE FUNCTION wdd.sealed_verified(check_text text, value anyelement, subject "any") RETURNS anyelement
    LANGUAGE C STABLE PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'wdd_sealed_verified';
COMMENT ON FUNCTION wdd.sealed_verified(text, anyelement, "any") IS
    'Sees that a sealed value stands in its own row, where it is revealed further on; put into plans by the guard. Raises 42501 when called by anything else';

DO $do$
DECLARE
    kind record;
BEGIN
    FOR kind IN
        SELECT * FROM (VALUES ('text', 'text'), ('bytea', 'bytea'), ('jsonb', 'jsonb'), ('numeric', 'numeric'), ('date', 'date'),
            ('phone', 'text'), ('id_card', 'text'), ('email', 'text'), ('inet', 'inet')) AS k (name, plain)
    LOOP
        EXECUTE format($sql$
            CREATE FUNCTION wdd.reveal_row(check_text text, value wdd.%1$I, subject "any") RETURNS %2$s
                LANGUAGE C STABLE PARALLEL SAFE COST 15 AS 'MODULE_PATHNAME', 'wdd_reveal_row';
            COMMENT ON FUNCTION wdd.reveal_row(text, wdd.%1$I, "any") IS
                'Opens a sealed value in its own row; put into plans by the guard for wdd.reveal(). XX001: the value does not open. Raises 42501 when called by anything else';

            CREATE FUNCTION wdd.reveal_verified(value wdd.%1$I) RETURNS %2$s
                LANGUAGE C STABLE STRICT PARALLEL SAFE COST 15 AS 'MODULE_PATHNAME', 'wdd_reveal_verified';
            COMMENT ON FUNCTION wdd.reveal_verified(wdd.%1$I) IS
                'Opens a sealed value that was seen in its own row; put into plans by the guard for wdd.reveal(). XX001: the value does not open. Raises 42501 when called by anything else';

            CREATE FUNCTION wdd.reveal_row_last(check_text text, value wdd.%1$I, subject "any") RETURNS %2$s
                LANGUAGE C VOLATILE PARALLEL SAFE COST 15 AS 'MODULE_PATHNAME', 'wdd_reveal_row';
            COMMENT ON FUNCTION wdd.reveal_row_last(text, wdd.%1$I, "any") IS
                'wdd.reveal_row() for what a sorted statement returns, VOLATILE so that sealed values are sorted, and opened after that; put into plans by the guard. XX001: the value does not open. Raises 42501 when called by anything else';

            CREATE FUNCTION wdd.reveal_verified_last(value wdd.%1$I) RETURNS %2$s
                LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 15 AS 'MODULE_PATHNAME', 'wdd_reveal_verified';
            COMMENT ON FUNCTION wdd.reveal_verified_last(wdd.%1$I) IS
                'wdd.reveal_verified() for what a sorted statement returns, VOLATILE so that sealed values are sorted, and opened after that; put into plans by the guard. XX001: the value does not open. Raises 42501 when called by anything else';

            CREATE FUNCTION wdd.open_for_row(value wdd.%1$I, relation oid, modifier integer, subject "any") RETURNS %2$s
                LANGUAGE C STABLE AS 'MODULE_PATHNAME', 'wdd_open_for_row';
            COMMENT ON FUNCTION wdd.open_for_row(wdd.%1$I, oid, integer, "any") IS
                'Opens a value in its row while ALTER TABLE ... TYPE converts a sealed column. Raises 42501 when called by anything else';
            $sql$, 'sealed_' || kind.name, kind.plain);
    END LOOP;
END $do$;
