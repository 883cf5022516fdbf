-- Objects of schema wdd that carry no COMMENT.  Trigger functions are nobody's
-- to call, and need none.
SELECT pg_describe_object(d.classid, d.objid, 0) AS "without comment"
  FROM pg_depend AS d
  LEFT JOIN pg_proc AS p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
  LEFT JOIN pg_class AS c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
 WHERE d.refclassid = 'pg_extension'::regclass
   AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'wdd_privacy')
   AND d.deptype = 'e'
   AND (p.prorettype <> 'trigger'::regtype OR c.relkind IN ('r', 'v', 'm')
        OR d.classid IN ('pg_operator'::regclass, 'pg_namespace'::regclass))
   AND obj_description(d.objid, d.classid::regclass::name) IS NULL
 ORDER BY 1;
