-- what: LATERAL sub-queries and VALUES that refer to the hidden row
-- known: bypasses.md: LATERAL, VALUES
-- purpose: service
SELECT l.p FROM users u, LATERAL (SELECT u.phone AS p) l WHERE u.user_id = 666;
SELECT v.p FROM users u, LATERAL (VALUES (u.phone)) v (p) WHERE u.user_id = 666;
SELECT r.p FROM users u, LATERAL regexp_split_to_table(u.phone, ',') r (p) WHERE u.user_id = 666;
SELECT r.p FROM users u, ROWS FROM (unnest(ARRAY[u.phone]), unnest(ARRAY[1])) r (p, n) WHERE u.user_id = 666;
VALUES ((SELECT phone FROM users WHERE user_id = 666));
