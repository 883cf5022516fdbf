--
-- Before all tests: from now on every table is labelled when it is made, every
-- column of it, in every way that labels can say what happens to those who do
-- not permit.  Everyone does: silence permits the purpose.
--
SET client_min_messages = error;
SELECT wdd.add_purpose('core', 'contract');
SELECT wdd.grant_purpose(purpose, current_user::regrole) FROM unnest(ARRAY['core', 'replication']) purpose;
SELECT wdd.add_category('core');

CREATE SCHEMA labelling;

CREATE FUNCTION labelling.subject_of(relation oid) RETURNS name LANGUAGE sql STABLE AS $$
    SELECT attname FROM pg_catalog.pg_attribute
    WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      AND atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'uuid'::regtype, 'text'::regtype,
                       'varchar'::regtype)
    ORDER BY atttypid NOT IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype), attname LIMIT 1
$$;

-- Tables that stay without label, since a refusal that is right at its first
-- statement would leave nothing of the rest of the test to compare.
CREATE TABLE labelling.left_alone (test text, relations text, reason text);
INSERT INTO labelling.left_alone VALUES
    ('triggers', '^(parent|child\d|convslot_test_|iocdu_tt_parted|merge_target_table|my_table|self_ref|table\d|trans_tab_|trig_table)',
     'transition tables'),
    ('update', '^(range_parted|part_)', 'transition tables'),
    ('insert_conflict', '^parted_conflict', 'transition tables'),
    ('plpgsql', '^(alter_table_under_transition_tables|multi_test|transition_table_)', 'transition tables'),
    ('alter_table', '^bar\d', 'transition tables'),
    ('alter_table', '^(atacc1|parent|attest|anothertab)$', 'the subject column is dropped'),
    ('plpgsql', '^test_01$', 'the subject column is dropped'),
    ('rangefuncs', '^users$', 'the subject column is dropped'),
    ('insert_conflict', '^dropcol$', 'the subject column is dropped'),
    ('foreign_key', '^fkpart13_', 'the subject column is dropped'),
    ('inherit', '^p[12]$', 'labels of several parents'),
    ('privileges', '^atestp[12]$', 'labels of several parents'),
    ('alter_table', '^atacc[23]$', 'labels of several parents'),
    ('inherit', '^errtst_', 'attached with a label of its own'),
    ('insert', '^(mlparted|returningwrtest)', 'attached with a label of its own'),
    ('foreign_key', '^pk\d*$', 'attached with a label of its own'),
    ('updatable_views', '^wcowrtest', 'attached with a label of its own'),
    ('updatable_views', '^t1$', 'asked by a function that is declared LEAKPROOF'),
    ('update', '^(utr|list_part|sub_part)', 'attached with a label of its own'),
    ('alter_table', '^old_system_table$', 'copied between rows or tables'),
    ('rules', '^shoelace_', 'copied between rows or tables'),
    ('publication', '^testpub_merge_', 'copied between rows or tables'),
    ('inherit', '^inh', 'attached with a label of its own'),
    ('partition_prune', '^list_part', 'attached with a label of its own'),
    ('rowsecurity', '^t[123]$', 'attached with a label of its own'),
    ('foreign_key', '^fk_partitioned_', 'attached with a label of its own'),
    ('merge', '^(pa|cj|sq|wq)_|^(source|target|part\d)$', 'copied between rows or tables'),
    ('rules', '^rtest_', 'copied between rows or tables'),
    ('privileges', '^[ms](source|target)', 'copied between rows or tables'),
    ('alter_table', '^(old_system_table)', 'copied between rows or tables'),
    ('arrays', '^(dest|src)', 'copied between rows or tables'),
    ('brin', '^(brintest)', 'copied between rows or tables'),
    ('brin_bloom', '^(brintest_bloom)', 'copied between rows or tables'),
    ('brin_multi', '^(brintest_multi)', 'copied between rows or tables'),
    ('case', '^(case2_tbl|case_tbl)', 'copied between rows or tables'),
    ('combocid', '^(combocidtest)', 'copied between rows or tables'),
    ('constraints', '^(insert_tbl|tmp|unique_tbl)', 'copied between rows or tables'),
    ('encoding', '^(toast_3b_utf8)', 'copied between rows or tables'),
    ('foreign_key', '^(fk_notpartitioned_pk|fk_partitioned_fk|fktable|pktable|pp)', 'copied between rows or tables'),
    ('generated', '^(gtestp)', 'copied between rows or tables'),
    ('indexing', '^(idxpart)', 'copied between rows or tables'),
    ('indirect_toast', '^(indtoasttest)', 'copied between rows or tables'),
    ('inherit', '^(inhpar|some_tab)', 'copied between rows or tables'),
    ('largeobject', '^(lotest_stash_values)', 'copied between rows or tables'),
    ('matview', '^(mvtest_mv_v_3|mvtest_mv_v_4|mvtest_t|mvtest_tm|mvtest_v)', 'copied between rows or tables'),
    ('merge', '^(cj_source1|cj_target|pa_target|source|sq_source|sq_target|target|wq_source|wq_target)', 'copied between rows or tables'),
    ('misc', '^(hobbies_r)', 'copied between rows or tables'),
    ('numeric', '^(num_data|num_result)', 'copied between rows or tables'),
    ('numerology', '^(temp_float|temp_group)', 'copied between rows or tables'),
    ('plpgsql', '^(forc_test)', 'copied between rows or tables'),
    ('portals', '^(uctest)', 'copied between rows or tables'),
    ('privileges', '^(atest1|mtarget)', 'copied between rows or tables'),
    ('returning', '^(foo)', 'copied between rows or tables'),
    ('rowsecurity', '^(category|document|t1)', 'copied between rows or tables'),
    ('rowtypes', '^(people|pp)', 'copied between rows or tables'),
    ('rules', '^(rtest_t1|rtest_t3|rtest_t4|rtest_t9|rule_t1|shoelace_data|shoelace_log)', 'copied between rows or tables'),
    ('stats', '^(trunc_stats_test1)', 'copied between rows or tables'),
    ('subselect', '^(parts|shipped|upsert)', 'copied between rows or tables'),
    ('tidscan', '^(tidscan)', 'copied between rows or tables'),
    ('triggers', '^(city_table|city_view|country_table|main_table|merge_source_table|merge_target_table|min_updates_test|parted|parted_trigger|table_with_oids)', 'copied between rows or tables'),
    ('tsearch', '^(test_tsquery)', 'copied between rows or tables'),
    ('tuplesort', '^(abbrev_abort_uuids)', 'copied between rows or tables'),
    ('updatable_views', '^(base_tbl|base_tbl_parent|rw_view1)', 'copied between rows or tables'),
    ('update', '^(list_parted|update_test|utrtest)', 'copied between rows or tables'),
    ('vacuum', '^(vactst)', 'copied between rows or tables'),
    ('with', '^(parent|y)', 'copied between rows or tables'),
    ('alter_table', '^(attmp3|attmp7)', 'functions of users over stored rows'),
    ('create_table_like', '^(test_like_6)', 'functions of users over stored rows'),
    ('privileges', '^(sro_ptab|sro_tab)', 'functions of users over stored rows'),
    ('select_parallel', '^(parallel_hang)', 'functions of users over stored rows'),
    ('stats_ext', '^(ab1)', 'functions of users over stored rows'),
    ('union', '^(t3)', 'functions of users over stored rows'),
    ('vacuum', '^(vaccluster)', 'functions of users over stored rows'),
    ('copy', '^(parted_copytest)', 'row triggers that alter rows, not approved'),
    ('copy2', '^(x)', 'row triggers that alter rows, not approved'),
    ('insert', '^(donothingbrtrig_test)', 'row triggers that alter rows, not approved'),
    ('triggers', '^(parted_stmt_trig|parted_stmt_trig1)', 'row triggers that alter rows, not approved'),
    ('object_address', '^gentable$', 'published'),
    ('alter_table', '^t1$', 'published');

CREATE FUNCTION labelling.is_left_alone(relation oid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM labelling.left_alone a, pg_catalog.pg_class c
                   WHERE c.oid = is_left_alone.relation AND c.relname ~ a.relations
                     AND current_setting('application_name') = 'pg_regress/' || a.test)
$$;

CREATE FUNCTION labelling.label(relation oid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    columns name[] := ARRAY(SELECT attname FROM pg_catalog.pg_attribute
                            WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped ORDER BY attnum);
    actions text[] := ARRAY['hide_row', 'mask', 'error'];
BEGIN
    EXECUTE format('SECURITY LABEL FOR wdd_privacy ON TABLE %s IS %L', relation::regclass,
                   concat('subject=', labelling.subject_of(relation), '; purposes=core'));
    FOR i IN 1 .. cardinality(columns) LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN %s.%I IS %L', relation::regclass, columns[i],
                       'category=core; purposes=core; if_not_permitted=' || actions[abs(hashtext(columns[i]) % 3) + 1]);
    END LOOP;
END $$;

CREATE FUNCTION labelling.on_create() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET client_min_messages = error AS $$
DECLARE
    relation oid;
BEGIN
    FOR relation IN
        SELECT c.oid FROM pg_event_trigger_ddl_commands() d JOIN pg_class c ON c.oid = d.objid
        WHERE d.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)
    LOOP
        IF labelling.subject_of(relation) IS NOT NULL AND NOT labelling.is_left_alone(relation) AND NOT current_setting('transaction_read_only')::boolean THEN
            PERFORM labelling.label(relation);
        END IF;
    END LOOP;
END $$;

CREATE EVENT TRIGGER labelling ON ddl_command_end WHEN tag IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO')
    EXECUTE FUNCTION labelling.on_create();

-- A table or materialised view that is made of labelled ones is refused, for it has
-- no label: these statements, and they alone, run behind the broken glass.
CREATE FUNCTION labelling.before_copy() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET client_min_messages = error AS $$
BEGIN
    IF NOT current_setting('transaction_read_only')::boolean THEN
        PERFORM wdd.break_glass('a copy without label');
    END IF;
END $$;

CREATE EVENT TRIGGER labelling_copy ON ddl_command_start
    WHEN tag IN ('CREATE TABLE AS', 'SELECT INTO', 'CREATE MATERIALIZED VIEW', 'REFRESH MATERIALIZED VIEW')
    EXECUTE FUNCTION labelling.before_copy();

SELECT format('ALTER DATABASE %I SET wdd_privacy.purpose = core', current_database()) \gexec
