-- What is labelled, and how many persons permit it.

-- Persons who permit a purpose for a category: those whose answer for that
-- category is yes; without one, those whose answer for every category is; and
-- without that, all others if silence permits.  Counted in one pass, from the
-- answers for every category and what single categories change about them.
CREATE FUNCTION wdd.permitting_persons()
RETURNS TABLE (purpose_id smallint, category_id smallint, kind_id smallint, persons bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH registered AS (
        SELECT n.kind_id, count(*) AS persons FROM wdd.person n GROUP BY n.kind_id
    ), every AS (
        SELECT s.purpose_id, s.kind_id,
               count(*) FILTER (WHERE s.permitted) AS yes, count(*) FILTER (WHERE NOT s.permitted) AS no
        FROM wdd.consent_state s WHERE s.category_id = 0
        GROUP BY s.purpose_id, s.kind_id
    ), single AS (
        SELECT s.purpose_id, s.category_id, s.kind_id,
               sum(s.permitted::integer - coalesce(e.permitted, false)::integer) AS yes,
               sum((NOT s.permitted)::integer - coalesce(NOT e.permitted, false)::integer) AS no
        FROM wdd.consent_state s
        LEFT JOIN wdd.consent_state e ON e.purpose_id = s.purpose_id AND e.person_id = s.person_id AND e.category_id = 0
        WHERE s.category_id <> 0
        GROUP BY s.purpose_id, s.category_id, s.kind_id
    )
    SELECT p.purpose_id, c.category_id, k.kind_id,
           (CASE WHEN p.silence_permits
                 THEN coalesce(r.persons, 0) - coalesce(e.no, 0) - coalesce(s.no, 0)
                 ELSE coalesce(e.yes, 0) + coalesce(s.yes, 0) END)::bigint
    FROM wdd.purpose p
    CROSS JOIN (SELECT category_id FROM wdd.category UNION ALL SELECT 0) AS c (category_id)
    CROSS JOIN wdd.subject_kind k
    LEFT JOIN registered r ON r.kind_id = k.kind_id
    LEFT JOIN every e ON e.purpose_id = p.purpose_id AND e.kind_id = k.kind_id
    LEFT JOIN single s ON s.purpose_id = p.purpose_id AND s.kind_id = k.kind_id AND s.category_id = c.category_id
$$;
REVOKE EXECUTE ON FUNCTION wdd.permitting_persons() FROM PUBLIC;
COMMENT ON FUNCTION wdd.permitting_persons() IS
    'How many registered persons of each kind permit each purpose for each category (0: none named). Internal.';

CREATE FUNCTION wdd.overview()
RETURNS TABLE (relation regclass, column_name name, category text, purpose text, basis text,
               if_not_permitted text, if_not_listed text, persons_permitting bigint, persons_registered bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH label AS (
        SELECT l.relation, l.attnum, l.column_name,
               max(l.value) FILTER (WHERE l.key = 'category') AS category,
               max(l.value) FILTER (WHERE l.key = 'purposes') AS purposes,
               max(l.value) FILTER (WHERE l.key = 'if_not_permitted') AS if_not_permitted,
               max(l.value) FILTER (WHERE l.key = 'if_not_listed') AS if_not_listed
        FROM wdd.label_fields(NULL) l
        GROUP BY l.relation, l.attnum, l.column_name
    ), kind AS (
        SELECT r.relation, k.kind_id
        FROM (SELECT DISTINCT label.relation FROM label) r
        LEFT JOIN wdd.label_fields(NULL) l ON l.relation = r.relation AND l.attnum = 0 AND l.key = 'subject_kind'
        LEFT JOIN wdd.subject_kind k ON k.name = coalesce(l.value, 'account')
    ), registered AS (
        SELECT n.kind_id, count(*) AS persons FROM wdd.person n GROUP BY n.kind_id
    )
    SELECT label.relation, label.column_name, label.category, listed.purpose, p.basis,
           label.if_not_permitted, label.if_not_listed,
           n.persons, CASE WHEN kind.kind_id IS NOT NULL THEN coalesce(r.persons, 0) END
    FROM label
    JOIN kind ON kind.relation = label.relation
    CROSS JOIN LATERAL unnest(string_to_array(label.purposes, ',')) WITH ORDINALITY AS listed (purpose, place)
    LEFT JOIN wdd.category c ON c.name = label.category
    LEFT JOIN wdd.purpose p ON p.name = listed.purpose
    LEFT JOIN wdd.permitting_persons() n
        ON n.purpose_id = p.purpose_id AND n.kind_id = kind.kind_id
       AND n.category_id = CASE WHEN label.category IS NULL THEN 0 ELSE c.category_id END
    LEFT JOIN registered r ON r.kind_id = kind.kind_id
    ORDER BY label.relation::text COLLATE "C", label.attnum, listed.place
$$;
COMMENT ON FUNCTION wdd.overview() IS
    'What is labelled: a row per labelled column (column_name NULL: the table itself) and purpose on its label, and how many registered persons of the table''s subject kind permit it. persons_permitting NULL: the purpose, category or kind does not exist, and the label is closed. Duty administer or officer.';
