-- Functions that write (so: volatile) and that PUBLIC may execute, except those
-- that only state something of the caller's own session, or are volatile for
-- what the planner makes of it.
SELECT p.oid::regprocedure AS "writer that PUBLIC may execute"
  FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
 WHERE p.pronamespace = 'wdd'::regnamespace
   AND p.provolatile = 'v'
   AND p.prorettype <> 'trigger'::regtype
   AND p.proname NOT IN ('set_purpose', 'with_purpose', 'break_glass',
                         'row_permitted', 'row_required', 'store_permitted', 'reveal_row_last', 'reveal_verified_last')
   AND a.grantee = 0
   AND a.privilege_type = 'EXECUTE'
 ORDER BY 1;
