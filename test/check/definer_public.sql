-- Functions with their owner's rights that PUBLIC may execute, except those that
-- tell nothing of a person, or only what the guard of the statement lets through.
SELECT p.oid::regprocedure AS "definer that PUBLIC may execute"
  FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
 WHERE p.pronamespace = 'wdd'::regnamespace
   AND p.prosecdef
   AND p.proname NOT IN ('purposes', 'categories')
   AND p.prorettype <> 'trigger'::regtype
   AND a.grantee = 0
   AND a.privilege_type = 'EXECUTE'
 ORDER BY 1;
