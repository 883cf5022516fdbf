-- what: the value behind a mask, by a cast around the masked column
-- known: own
-- as: owner
-- purpose: service
INSERT INTO orders SELECT 1, 666, 'x', 1, phone FROM users WHERE false;
SELECT (name || phone)::integer FROM users WHERE user_id = 666;
SELECT to_date(name || '139', 'YYYY-MM-DD') FROM users WHERE user_id = 666;
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service; if_not_permitted=mask';
\endif
SELECT wdd.grant_purpose('service', 'owner');
\connect - owner
SELECT (phone || 'x')::integer FROM users WHERE user_id = 666;
