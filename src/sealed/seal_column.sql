-- wdd.seal_column(): a column of plaintext becomes a sealed one.

CREATE TABLE wdd.sealing (
    relation       regclass NOT NULL,
    column_name    name NOT NULL,
    sealed_column  name NOT NULL,
    sealed_type    text NOT NULL,
    next_page      bigint NOT NULL DEFAULT 0,
    pages          bigint NOT NULL,
    sealed_rows    bigint NOT NULL DEFAULT 0,
    file           text NOT NULL,
    begun_by       name NOT NULL DEFAULT session_user,
    begun_at       timestamptz NOT NULL DEFAULT now(),
    last_batch_at  timestamptz,
    PRIMARY KEY (relation, column_name)
);
COMMENT ON TABLE wdd.sealing IS 'Columns that wdd.seal_column() is at, and how far; one row each until it is done. Pages are those of file: another one is begun anew';
SELECT pg_catalog.pg_extension_config_dump('wdd.sealing', 'WHERE EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = relation)');
CREATE VIEW wdd.sealing_progress AS
    SELECT relation, column_name, sealed_column, sealed_type, least(next_page, pages) AS next_page, pages,
           CASE WHEN pages = 0 THEN 100.0 ELSE round(100.0 * least(next_page, pages) / pages, 1) END AS percent,
           sealed_rows, begun_by, begun_at, last_batch_at
    FROM wdd.sealing;
COMMENT ON VIEW wdd.sealing_progress IS 'How far wdd.seal_column() is, a row for each column that it is at';
GRANT SELECT ON wdd.sealing_progress TO pg_monitor;

CREATE FUNCTION wdd.seal_from() RETURNS trigger
    LANGUAGE C AS 'MODULE_PATHNAME', 'wdd_seal_from';
COMMENT ON FUNCTION wdd.seal_from() IS
    'Trigger function, BEFORE INSERT OR UPDATE FOR EACH ROW, with two columns: seals what is stored in the first into the second, while wdd.seal_column() is at it. 42501: the second is not as protected as the first';
REVOKE EXECUTE ON FUNCTION wdd.seal_from() FROM PUBLIC;

CREATE FUNCTION wdd.seal_pages(relation regclass, from_column name, to_column name, first bigint, pages bigint) RETURNS bigint
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'wdd_seal_pages';
COMMENT ON FUNCTION wdd.seal_pages(regclass, name, name, bigint, bigint) IS
    'Seals the rows in some pages of a table from one column into another, equally protected one; how many. Internal';

-- The file in which the table's pages are: VACUUM FULL, and a restore, put rows elsewhere.
CREATE FUNCTION wdd.file_of(of_relation regclass) RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%s/%s', (SELECT c.system_identifier FROM pg_control_system() c), pg_relation_filenode(of_relation))
$$;
REVOKE EXECUTE ON FUNCTION wdd.file_of(regclass) FROM PUBLIC;
COMMENT ON FUNCTION wdd.file_of(regclass) IS 'Which file the pages of a table are in, of which cluster. Internal';

-- Notes of a sealing are the extension's, whoever seals.
CREATE FUNCTION wdd.note_sealing(of_relation regclass, of_column name, new_column name, new_type text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO wdd.sealing (relation, column_name, sealed_column, sealed_type, file, pages)
    SELECT of_relation, of_column, new_column, new_type, wdd.file_of(of_relation),
           pg_relation_size(of_relation) / current_setting('block_size')::bigint
$$;
COMMENT ON FUNCTION wdd.note_sealing(regclass, name, name, text) IS 'A sealing begins. Internal';

-- rows NULL: it begins anew at the first page, if they are in another file by now, or
-- batch is negative.
CREATE FUNCTION wdd.note_sealed(of_relation regclass, of_column name, batch integer, rows bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE wdd.sealing s
    SET next_page = CASE WHEN rows IS NULL THEN 0 ELSE s.next_page + batch END,
        sealed_rows = s.sealed_rows + coalesce(rows, 0),
        pages = CASE WHEN rows IS NULL THEN pg_relation_size(of_relation) / current_setting('block_size')::bigint ELSE s.pages END,
        file = wdd.file_of(of_relation),
        last_batch_at = clock_timestamp()
    WHERE s.relation = of_relation AND s.column_name = of_column
      AND (rows IS NOT NULL OR batch < 0 OR s.file <> wdd.file_of(of_relation))
$$;
COMMENT ON FUNCTION wdd.note_sealed(regclass, name, integer, bigint) IS 'A batch is sealed, or a sealing goes on. Internal';

CREATE FUNCTION wdd.note_sealing_ended(of_relation regclass, of_column name) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM wdd.sealing s WHERE s.relation = of_relation AND s.column_name = of_column
$$;
COMMENT ON FUNCTION wdd.note_sealing_ended(regclass, name) IS 'A sealing has ended, or is given up. Internal';

CREATE FUNCTION wdd.sealing_of(of_relation regclass, of_column name) RETURNS wdd.sealing
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s FROM wdd.sealing s WHERE s.relation = of_relation AND s.column_name = of_column
$$;
COMMENT ON FUNCTION wdd.sealing_of(regclass, name) IS 'The row of wdd.sealing, or NULL. Internal';

-- The sealed type of a column: as asked for, or by mask, name and plain type.
CREATE FUNCTION wdd.type_to_seal(of_relation regclass, of_column name, asked text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := regexp_match(asked, '^\s*(?:wdd\.)?(?:sealed_)?([a-z_]+)\s*(\(\s*[a-z0-9, ]+\))?\s*$');
    plain oid;
    kind  text;
BEGIN
    IF asked IS NOT NULL THEN
        IF parts IS NULL OR to_regtype('wdd.sealed_' || parts[1]) IS NULL THEN
            RAISE EXCEPTION 'there is no sealed type of that name'
                USING ERRCODE = 'undefined_object',
                      HINT = 'type is one of text, bytea, jsonb, numeric, date, phone, id_card, email, inet, with options in parentheses: ''text(searchable)''.';
        END IF;
        RETURN 'wdd.sealed_' || parts[1] || coalesce(parts[2], '');
    END IF;
    SELECT coalesce(nullif(t.typbasetype, 0), t.oid) INTO plain
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = of_relation AND a.attname = of_column;
    IF plain IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) THEN
        SELECT CASE l.value WHEN 'phone' THEN 'phone' WHEN 'id_card' THEN 'id_card' WHEN 'email' THEN 'email' END INTO kind
        FROM wdd.label_fields(of_relation) l WHERE l.column_name = of_column AND l.key = 'mask';
        kind := coalesce(kind, CASE wdd.name_kind(of_column::text)
                                   WHEN 'phone number' THEN 'phone' WHEN 'identity number' THEN 'id_card'
                                   WHEN 'e-mail address' THEN 'email' ELSE 'text' END);
    ELSIF plain IN ('bytea'::regtype, 'jsonb'::regtype, 'numeric'::regtype, 'date'::regtype, 'inet'::regtype) THEN
        kind := plain::regtype::text;
    ELSE
        RAISE EXCEPTION 'column "%" of table "%" is of type %, which cannot be sealed', of_column, of_relation, plain::regtype
            USING ERRCODE = 'datatype_mismatch',
                  HINT = 'Give it one of text, varchar, bytea, jsonb, numeric, date, inet; or say which sealed type takes its text: type => ''text''.';
    END IF;
    RETURN 'wdd.sealed_' || kind;
END $$;
COMMENT ON FUNCTION wdd.type_to_seal(regclass, name, text) IS 'The sealed type that a column is to have. Internal';

-- What stands in the way of sealing beside the table: it is told of at once, not
-- after hours.  Indexes and unique constraints that a sealed column can have, which
-- only knows what is equal, are made for it.
CREATE FUNCTION wdd.check_sealable_online(of_relation regclass, of_column name, kind text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number  smallint := (SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = of_relation AND a.attname = of_column);
    in_the_way text;
BEGIN
    IF (SELECT c.relkind <> 'r' OR EXISTS (SELECT FROM pg_inherits i WHERE of_relation IN (i.inhrelid, i.inhparent))
        FROM pg_class c WHERE c.oid = of_relation) THEN
        RAISE EXCEPTION 'table "%" is part of a tree, and cannot be sealed online', of_relation
            USING ERRCODE = 'feature_not_supported',
                  HINT = format('CALL wdd.seal_column(%L, %L, online => false), on the root: it rewrites the tables, which are locked meanwhile.', of_relation, of_column);
    END IF;
    SELECT string_agg(o.description, ', ' ORDER BY o.description COLLATE "C") INTO in_the_way
    FROM (SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS description
          FROM pg_depend d
          LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
          LEFT JOIN pg_index i ON d.classid = 'pg_class'::regclass AND i.indexrelid = d.objid
          LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
          WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = of_relation AND d.refobjsubid = number
            AND NOT (d.classid = 'pg_class'::regclass AND d.objid = of_relation AND d.objsubid = number)
            AND NOT coalesce(k.contype IN ('u', 'n') OR k.conname = 'wdd_migrate_' || number, false)
            AND NOT coalesce(i.indexprs IS NULL AND i.indpred IS NULL AND NOT i.indisexclusion AND NOT i.indisreplident
                             AND number = ANY (i.indkey)
                             AND kind ~ '(phone|id_card|email|searchable)' AND kind !~ 'unsearchable'
                             AND NOT EXISTS (SELECT FROM unnest(i.indkey, i.indclass) AS e (attnum, class) JOIN pg_opclass o ON o.oid = e.class
                                             JOIN pg_am m ON m.oid = o.opcmethod
                                             WHERE e.attnum = number AND NOT (o.opcdefault AND m.amname IN ('btree', 'hash'))
                                               AND NOT (m.amname = 'btree' AND o.opcname = 'varchar_ops')), false)
          UNION
          SELECT pg_describe_object('pg_constraint'::regclass, k.oid, 0) FROM pg_constraint k
          WHERE k.confrelid = of_relation AND number = ANY (k.confkey)
          UNION
          -- what they change, the sealing trigger would not see
          SELECT pg_describe_object('pg_trigger'::regclass, t.oid, 0) FROM pg_trigger t
          WHERE t.tgrelid = of_relation AND t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0 AND t.tgenabled <> 'D' AND NOT t.tgisinternal
            AND t.tgname > 'wdd_migrate' COLLATE "C" AND t.tgfoid <> 'wdd.seal_from()'::regprocedure) AS o;
    IF in_the_way IS NOT NULL THEN
        RAISE EXCEPTION 'column "%" of table "%" cannot be sealed online while other objects depend on it', of_column, of_relation
            USING ERRCODE = 'dependent_objects_still_exist', DETAIL = 'They are: ' || in_the_way || '.',
                  HINT = 'Drop them, and make anew what is of use with a sealed column; views may show that of wdd.create_reveal_view(). Rename triggers so that they fire earlier.';
    END IF;
END $$;
COMMENT ON FUNCTION wdd.check_sealable_online(regclass, name, text) IS 'Raises 0A000 or 2BP01 unless a column can be sealed while its table is in use. Internal';

-- The first step: 'done' where nothing is left to do, else 'pages'.
CREATE FUNCTION wdd.seal_begin(relation regclass, column_name name, type text, online boolean) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    going   wdd.sealing;
    of      pg_class;
    col     pg_attribute;
    label   text;
    kind    text;
    sealed  name;
BEGIN
    IF relation IS NULL OR column_name IS NULL THEN
        RAISE EXCEPTION 'argument "%" must not be null', CASE WHEN relation IS NULL THEN 'relation' ELSE 'column_name' END
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    SELECT * INTO of FROM pg_class c WHERE c.oid = relation;
    IF of.relkind IS NULL OR of.relkind NOT IN ('r', 'p') THEN
        RAISE EXCEPTION '"%" is not a table', relation USING ERRCODE = 'wrong_object_type';
    END IF;
    IF NOT pg_has_role(of.relowner, 'USAGE') THEN
        RAISE EXCEPTION 'must be owner of table %', relation USING ERRCODE = 'insufficient_privilege';
    END IF;
    going := wdd.sealing_of(relation, column_name);
    IF going.relation IS NOT NULL THEN
        PERFORM wdd.note_sealed(relation, column_name, 0, NULL);
        going := wdd.sealing_of(relation, column_name);
        RAISE NOTICE 'column "%" of table "%" is being sealed already; going on at page % of %',
            column_name, relation, least(going.next_page, going.pages), going.pages;
        RETURN 'pages';
    END IF;
    SELECT * INTO col FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'column "%" of table "%" does not exist', column_name, relation USING ERRCODE = 'undefined_column';
    END IF;
    IF wdd.sealed_base(col.atttypid) IS NOT NULL THEN
        RAISE NOTICE 'column "%" of table "%" is sealed already', column_name, relation;
        RETURN 'done';
    END IF;
    SELECT s.label INTO label FROM pg_seclabel s
    WHERE s.objoid = relation AND s.objsubid = col.attnum AND s.classoid = 'pg_class'::regclass AND s.provider = 'wdd_privacy';
    IF label IS NULL THEN
        RAISE EXCEPTION 'column "%" of table "%" cannot be sealed before it is labelled', column_name, relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'Without labels it is not known whose key a value shall be sealed with, and for what it may be opened.',
                  HINT = 'SECURITY LABEL FOR wdd_privacy ON TABLE ... IS ''subject=...'', and ON COLUMN ... IS ''purposes=...''.';
    END IF;
    IF col.atthasdef THEN
        RAISE EXCEPTION 'column "%" of table "%" has a default, or is generated', column_name, relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'A default is plaintext in the catalog.',
                  HINT = format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT.', relation, column_name);
    END IF;
    kind := wdd.type_to_seal(relation, column_name, type);
    IF NOT coalesce(online, pg_table_size(relation) > 64 * 1024 * 1024) THEN
        -- small, or wanted so: the table is rewritten at once, and nothing of it stays in its files
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s USING %I::text::%s', relation, column_name, kind, column_name, kind);
        RAISE NOTICE 'column "%" of table "%" is sealed, as %', column_name, relation, kind
            USING HINT = 'Backups and archived WAL from before hold the plaintext still.';
        RETURN 'done';
    END IF;
    PERFORM wdd.check_sealable_online(relation, column_name, kind);
    sealed := left(column_name::text, 40) || '_sealed';
    EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', relation, sealed, kind);
    EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN %s.%I IS %L', relation, sealed, label);
    -- after triggers of users, by its name, and before the one that binds values
    EXECUTE format('CREATE TRIGGER wdd_migrate_%s BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION wdd.seal_from(%L, %L)',
                   col.attnum, relation, column_name, sealed);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER wdd_migrate_%s', relation, col.attnum);
    -- and where the trigger was switched off, nothing can be stored that would be lost
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT wdd_migrate_%s CHECK (%I IS NULL OR %I IS NOT NULL) NOT VALID',
                   relation, col.attnum, column_name, sealed);
    PERFORM wdd.note_sealing(relation, column_name, sealed, kind);
    RETURN 'pages';
END $$;
COMMENT ON FUNCTION wdd.seal_begin(regclass, name, text, boolean) IS 'First step of wdd.seal_column(): all of it, or the second column and its trigger. Internal';

-- One batch; false: there is no more.
CREATE FUNCTION wdd.seal_batch(relation regclass, column_name name, batch_pages integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    going wdd.sealing := wdd.sealing_of(relation, column_name);
    n     bigint;
BEGIN
    IF batch_pages IS NULL OR batch_pages < 1 THEN
        RAISE EXCEPTION 'argument "batch_pages" must be at least 1' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF going.relation IS NULL OR going.next_page >= going.pages THEN
        RETURN false;
    END IF;
    n := wdd.seal_pages(relation, column_name, going.sealed_column, going.next_page, batch_pages);
    IF going.file <> wdd.file_of(relation) THEN
        PERFORM wdd.note_sealed(relation, column_name, batch_pages, NULL);
        RETURN true;
    END IF;
    PERFORM wdd.note_sealed(relation, column_name, batch_pages, n);
    RETURN going.next_page + batch_pages < going.pages;
END $$;
COMMENT ON FUNCTION wdd.seal_batch(regclass, name, integer) IS 'One batch of wdd.seal_column(). Internal';

-- The indexes of a column, and what they are to be called meanwhile.
CREATE FUNCTION wdd.indexes_to_seal(of_relation regclass, of_column name, new_column name)
RETURNS TABLE (index regclass, index_name name, new_name name, definition text, conname name, deferral text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.indexrelid::regclass, c.relname, (left(c.relname, 54) || '_sealed')::name,
           format('CREATE %sINDEX %I ON %s %s', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, left(c.relname, 54) || '_sealed', of_relation,
                  regexp_replace(regexp_replace(substring(pg_get_indexdef(i.indexrelid) FROM ' (USING .*)$'),
                                                '(?<![\w"$])' || regexp_replace(quote_ident(of_column), '([][(){}.*+?^$|\\-])', '\\\1', 'g') || '(?![\w"$])',
                                                replace(quote_ident(new_column), '\', '\\'), 'g'),
                                 ' varchar_ops', '', 'g')),
           k.conname,
           CASE WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = of_column AND a.attnum = ANY (i.indkey)
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype = 'u'
    WHERE i.indrelid = of_relation
$$;
COMMENT ON FUNCTION wdd.indexes_to_seal(regclass, name, name) IS 'Indexes of a column, with the statement that makes the like for another one. Internal';

-- What would take long in the last step, one thing a transaction; false: there is no
-- more.  Writers wait for an index, unless it is there already, made CONCURRENTLY.
CREATE FUNCTION wdd.seal_prepare(relation regclass, column_name name) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    going     wdd.sealing := wdd.sealing_of(relation, column_name);
    col       pg_attribute;
    statement text;
BEGIN
    IF going.relation IS NULL THEN
        RETURN false;
    END IF;
    SELECT * INTO col FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = column_name;
    -- every row is sealed?
    IF NOT (SELECT k.convalidated FROM pg_constraint k WHERE k.conrelid = relation AND k.conname = 'wdd_migrate_' || col.attnum) THEN
        BEGIN
            EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT wdd_migrate_%s', relation, col.attnum);
        EXCEPTION WHEN check_violation THEN
            RAISE NOTICE 'rows of table "%" were not sealed yet, and are now', relation;
            PERFORM wdd.note_sealed(relation, column_name, -1, NULL);
        END;
        RETURN true;
    END IF;
    SELECT x.definition INTO statement
    FROM wdd.indexes_to_seal(relation, column_name, going.sealed_column) x
    JOIN pg_class old ON old.oid = x.index
    WHERE NOT EXISTS (SELECT FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
                      WHERE c.relname = x.new_name AND c.relnamespace = old.relnamespace AND i.indrelid = relation AND i.indisvalid)
    LIMIT 1;
    IF statement IS NULL AND col.attnotnull THEN
        SELECT CASE WHEN k.oid IS NULL
                    THEN format('ALTER TABLE %s ADD CONSTRAINT wdd_migrate_%s_not_null CHECK (%I IS NOT NULL) NOT VALID', relation, col.attnum, going.sealed_column)
                    WHEN NOT k.convalidated
                    THEN format('ALTER TABLE %s VALIDATE CONSTRAINT wdd_migrate_%s_not_null', relation, col.attnum) END INTO statement
        FROM (SELECT) one
        LEFT JOIN pg_constraint k ON k.conrelid = relation AND k.conname = format('wdd_migrate_%s_not_null', col.attnum);
    END IF;
    IF statement IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE statement;
    RETURN true;
END $$;
COMMENT ON FUNCTION wdd.seal_prepare(regclass, name) IS 'A step of wdd.seal_column() after the batches: an index, or the constraint of NOT NULL. Internal';

CREATE FUNCTION wdd.seal_finish(relation regclass, column_name name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    going      wdd.sealing := wdd.sealing_of(relation, column_name);
    col        pg_attribute;
    statement  text;
    statements text[];
BEGIN
    IF going.relation IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', relation);
    PERFORM wdd.check_sealable_online(relation, column_name, going.sealed_type);
    IF wdd.seal_prepare(relation, column_name) THEN
        RAISE EXCEPTION 'column "%" of table "%" is not ready to be sealed', column_name, relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'The table was changed just now.', HINT = 'CALL wdd.seal_column() again.';
    END IF;
    SELECT * INTO col FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0;
    -- what the column has, for the other, under the names that it has
    statements := ARRAY(
        SELECT format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL, DROP CONSTRAINT wdd_migrate_%s_not_null', relation, going.sealed_column, col.attnum)
        WHERE col.attnotnull
        UNION ALL
        SELECT format('COMMENT ON COLUMN %s.%I IS %L', relation, going.sealed_column, col_description(relation, col.attnum))
        WHERE col_description(relation, col.attnum) IS NOT NULL
        UNION ALL
        SELECT format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, going.sealed_column, relation,
                      CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
                      CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM aclexplode(col.attacl) g
        UNION ALL
        SELECT CASE WHEN x.conname IS NULL THEN format('DROP INDEX %s', x.index)
                    ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', relation, x.conname) END
        FROM wdd.indexes_to_seal(relation, column_name, going.sealed_column) x
        UNION ALL
        SELECT format('ALTER INDEX %I.%I RENAME TO %I', c.relnamespace::regnamespace::text, x.new_name, x.index_name)
        FROM wdd.indexes_to_seal(relation, column_name, going.sealed_column) x JOIN pg_class c ON c.oid = x.index
        UNION ALL
        SELECT format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE USING INDEX %I%s', relation, x.conname, x.index_name, x.deferral)
        FROM wdd.indexes_to_seal(relation, column_name, going.sealed_column) x WHERE x.conname IS NOT NULL)
    || ARRAY[
        format('DROP TRIGGER wdd_migrate_%s ON %s', col.attnum, relation),
        format('ALTER TABLE %s DROP CONSTRAINT wdd_migrate_%s', relation, col.attnum),
        format('ALTER TABLE %s DROP COLUMN %I', relation, column_name),
        format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', relation,
               'wdd_sealed_' || going.sealed_column, left('wdd_sealed_' || column_name::text, 63)),
        format('ALTER TABLE %s RENAME COLUMN %I TO %I', relation, going.sealed_column, column_name)];
    FOREACH statement IN ARRAY statements LOOP
        EXECUTE statement;
    END LOOP;
    PERFORM wdd.note_sealing_ended(relation, column_name);
    RAISE NOTICE 'column "%" of table "%" is sealed, as %: % rows', column_name, relation, going.sealed_type, going.sealed_rows
        USING HINT = format('The table''s files hold the plaintext of the dropped column until VACUUM FULL %s; backups and archived WAL from before do, too.', relation);
END $$;
COMMENT ON FUNCTION wdd.seal_finish(regclass, name) IS 'Last step of wdd.seal_column(): the sealed column takes the place of the other. Internal';

-- No SET clause: a procedure that has one cannot commit.  So each statement of it
-- is a call that is spelled in full.
CREATE PROCEDURE wdd.seal_column(relation regclass, column_name name, type text DEFAULT NULL,
                                 online boolean DEFAULT NULL, batch_pages integer DEFAULT 256)
LANGUAGE plpgsql AS $$
DECLARE
    state text;
    more  boolean := true;
BEGIN
    state := wdd.seal_begin(relation, column_name, type, online);
    IF state OPERATOR(pg_catalog.=) 'done' THEN
        RETURN;
    END IF;
    COMMIT;
    WHILE more LOOP
        more := wdd.seal_batch(relation, column_name, batch_pages);
        COMMIT;
        IF NOT more THEN
            more := wdd.seal_prepare(relation, column_name);
            COMMIT;
        END IF;
    END LOOP;
    PERFORM wdd.seal_finish(relation, column_name);
    COMMIT;
END $$;
COMMENT ON PROCEDURE wdd.seal_column(regclass, name, text, boolean, integer) IS
    'Seals a labelled column. type: text, phone, text(searchable), ... (default: by mask, name and type of the column). online: beside the table in batches of batch_pages pages, each committed, going on where an earlier call was interrupted; false: by one ALTER TABLE, which locks the table (default: up to 64 MB). 22004: NULL; 42809: not a table; 42501: not its owner; 42703: no such column; 42704: no such type; 42804: a type that cannot be sealed; 55000: no label, or a default; 0A000, 2BP01: what cannot be done online; 2D000: online within a transaction. Duty administer';

CREATE FUNCTION wdd.stop_sealing(relation regclass, column_name name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    going wdd.sealing := wdd.sealing_of(relation, column_name);
BEGIN
    IF going.relation IS NULL THEN
        RAISE EXCEPTION 'column "%" of table "%" is not being sealed', column_name, relation
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    EXECUTE format('DROP TRIGGER wdd_migrate_%s ON %s',
                   (SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = column_name), relation);
    EXECUTE format('ALTER TABLE %s DROP COLUMN %I', relation, going.sealed_column);
    PERFORM wdd.note_sealing_ended(relation, column_name);
END $$;
COMMENT ON FUNCTION wdd.stop_sealing(regclass, name) IS
    'Gives up what wdd.seal_column() has begun and not ended: the column stays as it was. 55000: nothing was begun; 42501: not the owner. Duty administer';
