-- Tables of schema wdd that PUBLIC may write, and those that tell of a person
-- that PUBLIC may read.
SELECT c.oid::regclass AS relation, a.privilege_type AS "privilege of PUBLIC"
  FROM pg_class AS c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) AS a
 WHERE c.relnamespace = 'wdd'::regnamespace
   AND c.relkind IN ('r', 'v', 'm')
   AND a.grantee = 0
   AND (a.privilege_type <> 'SELECT'
        OR c.relname IN ('person', 'consent_event', 'consent_state'))
 ORDER BY 1, 2;
