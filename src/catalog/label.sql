CREATE FUNCTION wdd.label_fields(of_relation regclass DEFAULT NULL)
    RETURNS TABLE (relation regclass, attnum smallint, column_name name, key text, value text)
    LANGUAGE C STABLE AS 'MODULE_PATHNAME', 'wdd_label_fields';
COMMENT ON FUNCTION wdd.label_fields(regclass) IS
    'The labels of a table (of a child: those of its root, too), or with NULL of all, one row per key. attnum 0 is the table''s own label; relation is where the label stands; lists in value are joined by commas; if_not_permitted and if_not_listed are given also where the label leaves them to their defaults';
