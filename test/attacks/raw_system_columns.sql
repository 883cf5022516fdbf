-- what: hidden rows by their system columns
-- purpose: ads
SELECT phone FROM users WHERE ctid = ANY (ARRAY(SELECT format('(0,%s)', i)::tid FROM generate_series(1, 100) i)) AND user_id = 666;
SELECT phone FROM users WHERE ctid > '(0,0)' AND user_id = 666;
SELECT ctid, xmin, tableoid, phone FROM users ORDER BY xmin::text, ctid;
SELECT max(phone) FROM users GROUP BY tableoid;
