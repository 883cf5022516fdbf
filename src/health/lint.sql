-- wdd.lint(): what ought to be labelled, what ought to be sealed, and which
-- labels are wider than they need to be.

-- The check digit of an identity number (GB 11643), its date, and its form.
CREATE FUNCTION wdd.is_id_number(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT value ~ '^[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]$'
       AND substr('10X98765432', 1 + (SELECT sum(substr(value, i::integer, 1)::integer * w)::integer % 11
                                      FROM unnest(ARRAY[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) WITH ORDINALITY AS weight (w, i)
                                      WHERE value ~ '^[0-9]{17}'), 1) = upper(right(value, 1))
$$;
REVOKE EXECUTE ON FUNCTION wdd.is_id_number(text) FROM PUBLIC;
COMMENT ON FUNCTION wdd.is_id_number(text) IS 'Is it an identity number of 18 digits with the right check digit (GB 11643)? Internal';

-- What one value looks like; NULL: nothing.
CREATE FUNCTION wdd.content_kind(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
        WHEN value ~ '^(\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}$' THEN 'mobile number'
        WHEN value ~ '^[0-9]{17}[0-9Xx]$' THEN CASE WHEN wdd.is_id_number(value) THEN 'identity number' END
        WHEN value ~ '^[^@[:space:]]+@[^@[:space:]]+\.[A-Za-z]{2,}$' THEN 'e-mail address'
        WHEN value ~ '^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$'
          OR value ~* '^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$' OR value ~* '^([0-9a-f]{1,4}:){1,6}(:[0-9a-f]{1,4}){1,6}$' THEN 'IP address'
        WHEN value ~ '(省|自治区|市|区|县|镇|乡).*(路|街|道|巷|弄|号|室|栋|楼)' AND length(value) BETWEEN 6 AND 100 THEN 'address'
        WHEN value ~ '^(欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|[王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤])[^\x01-\x7f]{1,2}$' THEN 'name of a person'
    END
$$;
REVOKE EXECUTE ON FUNCTION wdd.content_kind(text) FROM PUBLIC;
COMMENT ON FUNCTION wdd.content_kind(text) IS 'What a value looks like: mobile number, identity number, e-mail address, IP address, address, name of a person; NULL: none of them. Internal';

CREATE FUNCTION wdd.json_kind(document text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.kind
    FROM regexp_matches(document, '[:,[]\s*"?([^]",{}[]+)', 'g') AS m (part)
    CROSS JOIN LATERAL (SELECT wdd.content_kind(m.part[1])) AS k (kind)
    WHERE k.kind IS NOT NULL
    LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION wdd.json_kind(text) FROM PUBLIC;
COMMENT ON FUNCTION wdd.json_kind(text) IS 'What the first telling value in a JSON document looks like; NULL: none. Internal';

-- Names are taken apart at '_', other signs and changes of case, and looked at
-- word by word: "filename", "description" and "shipment" are one word each.
CREATE FUNCTION wdd.name_kind(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
        WHEN name ~ '身份证' THEN 'identity number'
        WHEN name ~ '手机|电话|联系方式' THEN 'phone number'
        WHEN name ~ '邮箱|邮件' THEN 'e-mail address'
        WHEN name ~ '姓名|昵称|联系人|收货人' THEN 'name of a person'
        WHEN name ~ '地址|住址' THEN 'address'
        WHEN name ~ '生日|出生' THEN 'birthday'
        WHEN name ~ '微信|护照|银行卡|卡号' THEN 'account or document'
        WHEN name ~ '密码|口令' THEN 'password'
        WHEN name ~ '定位|经度|纬度' THEN 'location'
        WHEN w.words ~ ' (id|count|num|type|status|state|at|time|verified|enabled|flag|length|format|template|required|valid|hash) $'
             AND w.words !~ ' (open|union|wechat|weixin|qq) ?id $' THEN NULL
        WHEN w.words ~ ' (phone|mobile|tel|telephone|cellphone|msisdn|fax|shouji|dianhua)s? | (phone|mobile|tel) ?(no|number) ' THEN 'phone number'
        WHEN w.words ~ ' (id ?card|identity ?(card|number)|id ?(no|number)|national ?id|ssn|sfz|shenfenzheng)s? ' THEN 'identity number'
        WHEN w.words ~ ' (e ?mail|mailbox|youxiang)s? ' THEN 'e-mail address'
        WHEN w.words ~ ' (ip|ipv4|ipv6|ip ?addr(ess)?) ' THEN 'IP address'
        WHEN w.words ~ ' (address|addr|addresses|dizhi) ' AND w.words !~ ' (mac|web|memory) addr' THEN 'address'
        WHEN w.words ~ ' (birthday|birth ?date|date of birth|dob|shengri) ' THEN 'birthday'
        WHEN w.words ~ ' (wechat|weixin|open ?id|union ?id|qq|passport|bank ?(card|account)|card ?(no|number)|iban) ?(no|number)? ' THEN 'account or document'
        WHEN w.words ~ ' (password|passwd|pwd) ' THEN 'password'
        WHEN w.words ~ ' (gps|latitude|longitude|lat|lng|lon|geolocation|location) ' THEN 'location'
        WHEN w.words = ' name ' OR w.words ~ ' (real|full|first|last|middle|given|family|sur|nick|user|contact|customer|person|receiver|consignee|recipient|sender|patient|student|employee|member|owner) ?name |^ (xingming|realname|username|nickname|surname|firstname|lastname|fullname) ' THEN 'name of a person'
    END
    FROM (SELECT ' ' || lower(btrim(regexp_replace(regexp_replace(name, '([[:lower:][:digit:]])([[:upper:]])', '\1 \2', 'g'), '[^[:alnum:]]+', ' ', 'g'))) || ' ') AS w (words)
$$;
REVOKE EXECUTE ON FUNCTION wdd.name_kind(text) FROM PUBLIC;
COMMENT ON FUNCTION wdd.name_kind(text) IS 'What a column of that name is likely to hold of a person; NULL: nothing. Internal';

-- Columns without a label that could hold something of a person, of user tables
-- and of built-in types only; inherited ones are told of once, at the root.
CREATE FUNCTION wdd.unlabelled_columns()
RETURNS TABLE (relation oid, relkind "char", attnum smallint, attname name, family text)
LANGUAGE sql STABLE ROWS 10000 SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.oid, c.relkind, a.attnum, a.attname,
           CASE WHEN t.oid IN ('inet'::regtype, 'cidr'::regtype) THEN 'inet'
                WHEN t.oid IN ('json'::regtype, 'jsonb'::regtype) THEN 'json'
                WHEN t.typcategory = 'S' THEN 'text' WHEN t.typcategory = 'N' THEN 'number'
                WHEN t.typcategory = 'D' THEN 'date' ELSE 'other' END
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
                       AND a.attgenerated = ''      -- as protected as what it is made of
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition
      AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'wdd')
      AND t.oid < 16384 AND t.typcategory IN ('S', 'N', 'D', 'I', 'U', 'G') AND t.oid NOT IN ('uuid'::regtype, 'bytea'::regtype)
      AND NOT EXISTS (SELECT FROM pg_seclabel l WHERE l.objoid = c.oid AND l.objsubid = a.attnum
                      AND l.classoid = 'pg_class'::regclass AND l.provider = 'wdd_privacy')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
$$;
REVOKE EXECUTE ON FUNCTION wdd.unlabelled_columns() FROM PUBLIC;
COMMENT ON FUNCTION wdd.unlabelled_columns() IS 'Columns without a label, of plain user tables and built-in types. Internal';

-- What the first pages of a table look like: per column and kind, how many of
-- how many values.  Reads plain heap tables and built-in types only, past row
-- security, so that no code of users runs; shows no value.
CREATE FUNCTION wdd.sampled_kinds(sampled oid, attnums smallint[], sample_rows integer)
RETURNS TABLE (attnum smallint, kind text, matching bigint, present bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET lock_timeout = '100ms' AS $$
DECLARE
    pages CONSTANT bigint := greatest(1, pg_relation_size(sampled) / current_setting('block_size')::bigint);
    columns text;
BEGIN
    SELECT string_agg(format('(%s::smallint, %L::boolean, CASE WHEN pg_column_size(s.%I) <= 400 THEN s.%I::text END)',
                             a.attnum, a.atttypid IN ('json'::regtype, 'jsonb'::regtype), a.attname, a.attname), ', ')
    INTO columns
    FROM pg_attribute a WHERE a.attrelid = sampled AND a.attnum = ANY (attnums);
    RETURN QUERY EXECUTE format(
        'SELECT v.attnum, k.kind, count(*), sum(count(*)) OVER (PARTITION BY v.attnum)::bigint'
        '  FROM (SELECT * FROM ONLY %s TABLESAMPLE SYSTEM (%s) REPEATABLE (0) LIMIT %s) AS s'
        '  CROSS JOIN LATERAL (VALUES %s) AS v (attnum, is_json, value)'
        '  CROSS JOIN LATERAL (SELECT CASE WHEN v.is_json THEN wdd.json_kind(v.value) ELSE wdd.content_kind(v.value) END) AS k (kind)'
        ' WHERE v.value IS NOT NULL GROUP BY 1, 2',
        sampled::regclass, least(100, 100.0 * greatest(sample_rows / 20, 10) / pages), sample_rows, columns);
END $$;
REVOKE EXECUTE ON FUNCTION wdd.sampled_kinds(oid, smallint[], integer) FROM PUBLIC;
COMMENT ON FUNCTION wdd.sampled_kinds(oid, smallint[], integer) IS 'How many of the sampled values of each column look like which kind. Internal';

CREATE FUNCTION wdd.findings_content(sample_rows integer, known text[]) RETURNS SETOF wdd.finding
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t     record;
    found wdd.finding[];
BEGIN
    FOR t IN
        SELECT u.relation, array_agg(u.attnum) AS attnums
        FROM wdd.unlabelled_columns() u JOIN pg_class c ON c.oid = u.relation
        WHERE u.family IN ('text', 'number', 'json') AND c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
          AND c.relam = (SELECT m.oid FROM pg_am m WHERE m.amname = 'heap') AND c.relispopulated
          AND NOT format('column %s.%I', u.relation::regclass, u.attname) = ANY (known)
        GROUP BY u.relation
        ORDER BY u.relation
    LOOP
        found := NULL;
        -- the subtransaction is always rolled back, which gives the table's lock
        -- back: thousands would fill the lock table
        BEGIN
            found := ARRAY(
                SELECT ROW('warning', format('column %s.%I', t.relation::regclass, a.attname),
                           format('%s of %s sampled values look like: %s', k.matching, k.present, k.kind), 'label it')::wdd.finding
                FROM wdd.sampled_kinds(t.relation, t.attnums, sample_rows) k
                JOIN pg_attribute a ON a.attrelid = t.relation AND a.attnum = k.attnum
                WHERE k.kind IS NOT NULL AND k.matching * 10 >= k.present * CASE k.kind WHEN 'name of a person' THEN 6 ELSE 1 END
                ORDER BY a.attnum, k.kind);
            RAISE EXCEPTION USING ERRCODE = 'WDDRB';
        EXCEPTION
            WHEN SQLSTATE 'WDDRB' THEN
                NULL;
            WHEN OTHERS THEN
                found := ARRAY[ROW('notice', format('table %s', t.relation::regclass),
                                   format('it could not be sampled (SQLSTATE %s)', SQLSTATE), 'look at it by hand')::wdd.finding];
        END;
        RETURN QUERY SELECT f.* FROM unnest(found) AS f;
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION wdd.findings_content(integer, text[]) FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_content(integer, text[]) IS 'Findings of wdd.lint() by sampled content, but for columns that are known. Internal';

CREATE FUNCTION wdd.findings_names() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    -- thousands of tables have few names of columns between them
    WITH unlabelled AS MATERIALIZED (
        SELECT * FROM wdd.unlabelled_columns()
    ), kind AS MATERIALIZED (
        SELECT n.attname, wdd.name_kind(n.attname::text) AS kind
        FROM (SELECT DISTINCT u.attname FROM unlabelled u) AS n
    )
    SELECT 'warning', format('column %s.%I', u.relation::regclass, u.attname),
           CASE WHEN k.kind IS NULL THEN 'it holds network addresses, and carries no label'
                ELSE format('by its name it holds personal data, and carries no label: %s', k.kind) END, 'label it'
    FROM unlabelled u JOIN kind k ON k.attname = u.attname
    WHERE u.family = 'inet'
       OR k.kind IS NOT NULL AND CASE k.kind
            WHEN 'birthday' THEN true
            WHEN 'location' THEN u.family IN ('text', 'number', 'json', 'other')
            WHEN 'phone number' THEN u.family IN ('text', 'number', 'json')
            WHEN 'identity number' THEN u.family IN ('text', 'number', 'json')
            WHEN 'account or document' THEN u.family IN ('text', 'number', 'json')
            ELSE u.family IN ('text', 'json') END
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_names() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_names() IS 'Findings of wdd.lint() by names and types of columns. Internal';

-- Labelled columns that hold in the clear what ought to be sealed: by their
-- category, their mask, or their name.  Where a value is made of others
-- (generated columns, materialized views) those are told of; subjects are how
-- persons are found, and passwords are for hashing.
CREATE FUNCTION wdd.findings_unsealed() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off AS $$
    WITH label AS MATERIALIZED (
        SELECT l.objoid AS relation, l.objsubid AS attnum,
               btrim(substring(l.label from '(?i)(?:^|;)\s*category\s*=([^;]*)'), E' \t\n') AS category,
               btrim(substring(l.label from '(?i)(?:^|;)\s*mask\s*=([^;]*)'), E' \t\n') AS mask
        FROM pg_seclabel l
        WHERE l.provider = 'wdd_privacy' AND l.classoid = 'pg_class'::regclass AND l.objsubid > 0
    ), subject AS MATERIALIZED (
        SELECT l.objoid AS relation, btrim(s.name, E' \t\n') AS name
        FROM pg_seclabel l
        CROSS JOIN LATERAL string_to_table(substring(l.label from '(?i)(?:^|;)\s*subject\s*=([^;]*)'), ',') AS s (name)
        WHERE l.provider = 'wdd_privacy' AND l.classoid = 'pg_class'::regclass AND l.objsubid = 0
    ), plain AS MATERIALIZED (
        SELECT l.relation, a.attname, l.category, l.mask,
               coalesce(b.oid, t.oid) IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'bytea'::regtype, 'jsonb'::regtype,
                                          'numeric'::regtype, 'date'::regtype, 'inet'::regtype) AS sealable
        FROM label l
        JOIN pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p')
        JOIN pg_attribute a ON a.attrelid = l.relation AND a.attnum = l.attnum AND NOT a.attisdropped AND a.attgenerated = ''
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
        LEFT JOIN subject s ON s.relation = l.relation AND s.name = a.attname::text
        WHERE s.relation IS NULL
          AND coalesce(b.typnamespace, t.typnamespace) <> (SELECT n.oid FROM pg_namespace n WHERE n.nspname = 'wdd')
    ), named AS MATERIALIZED (
        SELECT n.attname, wdd.name_kind(n.attname::text) AS kind
        FROM (SELECT DISTINCT p.attname FROM plain p) AS n
    ), judged AS (
        SELECT p.*, coalesce(c.sensitive, false) AS sensitive,
               coalesce(CASE p.mask WHEN 'id_card' THEN 'identity number' WHEN 'phone' THEN 'phone number'
                             WHEN 'email' THEN 'e-mail address' WHEN 'ip' THEN 'IP address' END,
                        nullif(nullif(n.kind, 'password'), 'name of a person'),
                        CASE WHEN p.category IN ('contact', 'address', 'network_address') THEN format('category "%s"', p.category) END) AS kind
        FROM plain p
        JOIN named n ON n.attname = p.attname
        LEFT JOIN wdd.category c ON c.name = p.category
    )
    SELECT CASE WHEN j.sensitive OR j.kind IN ('identity number', 'account or document') THEN 'warning' ELSE 'notice' END,
           format('column %s.%I', j.relation::regclass, j.attname),
           'it is stored in the clear, and ought to be sealed: '
           || CASE WHEN j.sensitive THEN format('category "%s" is sensitive', j.category) ELSE j.kind END,
           CASE WHEN j.sealable THEN '' ELSE 'give it a type that can be sealed (text, bytea, jsonb, numeric, date, inet), then ' END
           || format('CALL wdd.seal_column(%L, %L)', j.relation::regclass, j.attname)
    FROM judged j
    WHERE j.sensitive OR j.kind IS NOT NULL
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_unsealed() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_unsealed() IS 'Findings of wdd.lint() about labelled columns of plain types. Internal';

-- Labels that nobody uses, and purposes that open more than they need.
CREATE FUNCTION wdd.findings_purposes() RETURNS SETOF wdd.finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH label AS MATERIALIZED (
        SELECT l.objoid AS relation, l.objsubid::smallint AS attnum, btrim(p.name) AS purpose
        FROM pg_seclabel l
        CROSS JOIN LATERAL string_to_table(substring(l.label from '(?i)(?:^|;)\s*purposes\s*=([^;]*)'), ',') AS p (name)
        WHERE l.provider = 'wdd_privacy' AND l.classoid = 'pg_class'::regclass AND l.objsubid > 0
    ), used AS MATERIALIZED (
        SELECT p.name, count(DISTINCT g.role) AS roles
        FROM wdd.purpose p JOIN wdd.purpose_grant g USING (purpose_id) JOIN pg_roles r ON r.oid = g.role
        WHERE g.valid_until IS NULL OR g.valid_until > now()
        GROUP BY p.name
    ), total AS MATERIALIZED (
        SELECT count(DISTINCT (l.relation, l.attnum)) AS labels,
               (SELECT count(*) FROM pg_roles r WHERE r.rolcanlogin AND NOT r.rolsuper) AS logins
        FROM label l
    )
    SELECT 'notice', format('column %s.%I', l.relation::regclass, a.attname),
           format('no role is granted any of its purposes: %s', string_agg(l.purpose, ', ' ORDER BY l.purpose)),
           'delete the data if nobody needs it, or grant a purpose'
    FROM label l
    JOIN pg_attribute a ON a.attrelid = l.relation AND a.attnum = l.attnum
    LEFT JOIN used u ON u.name = l.purpose
    GROUP BY l.relation, a.attname
    HAVING count(u.name) = 0
    UNION ALL
    SELECT 'notice', format('column %s.%I', l.relation::regclass, a.attname),
           format('its label lists %s purposes', count(*)), 'list those that need the column'
    FROM label l JOIN pg_attribute a ON a.attrelid = l.relation AND a.attnum = l.attnum
    GROUP BY l.relation, a.attname
    HAVING count(*) > 10
    UNION ALL
    SELECT 'notice', format('purpose %s', l.purpose),
           format('it stands on %s of %s labels', count(*), t.labels), 'split it, or take it off labels of columns that it does not need'
    FROM label l CROSS JOIN total t
    WHERE t.labels >= 10
    GROUP BY l.purpose, t.labels
    HAVING count(*) * 5 > t.labels * 4
    UNION ALL
    SELECT 'notice', format('purpose %s', u.name),
           format('%s roles are granted it, of %s that may log in', u.roles, t.logins), 'SELECT wdd.revoke_purpose(...) from those that do not need it'
    FROM used u CROSS JOIN total t
    WHERE u.roles >= 5 AND u.roles * 2 > t.logins
    UNION ALL
    SELECT 'notice', 'large objects', format('there are %s; they cannot be labelled, and have no persons', count(*)), 'keep personal data in labelled columns'
    FROM pg_largeobject_metadata
    HAVING count(*) > 0
$$;
REVOKE EXECUTE ON FUNCTION wdd.findings_purposes() FROM PUBLIC;
COMMENT ON FUNCTION wdd.findings_purposes() IS 'Findings of wdd.lint() about purposes on labels. Internal';

CREATE FUNCTION wdd.lint(sample_rows integer DEFAULT 1000)
RETURNS TABLE (severity text, object text, finding text, action text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
    names wdd.finding[];
BEGIN
    PERFORM wdd.require_value('sample_rows', sample_rows IS NOT NULL);
    IF sample_rows NOT BETWEEN 0 AND 1000000 THEN
        RAISE EXCEPTION 'argument "sample_rows" must be between 0 and 1000000'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    names := ARRAY(SELECT n FROM wdd.findings_names() n);
    RETURN QUERY
        SELECT f.*
        FROM (SELECT * FROM unnest(names)
              UNION ALL
              SELECT * FROM wdd.findings_content(sample_rows, ARRAY(SELECT n.object FROM unnest(names) AS n)) WHERE sample_rows > 0
              UNION ALL
              SELECT * FROM wdd.findings_unsealed()
              UNION ALL
              SELECT * FROM wdd.findings_purposes()) AS f
        ORDER BY array_position(ARRAY['warning', 'notice'], f.severity), f.object COLLATE "C", f.finding COLLATE "C";
END $$;
COMMENT ON FUNCTION wdd.lint(integer) IS
    'What ought to be labelled, labelled columns that ought to be sealed, and labels that are wider than they need to be: a row per finding with severity (warning, notice), object, finding and what to do. Columns are known by their names, in English and Chinese, by their types, and by up to sample_rows rows of each plain table (0: none is read); no value is shown. 22004: NULL; 22023: not between 0 and 1000000. Duty administer or officer';
