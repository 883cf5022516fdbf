-- what: security_barrier and security_invoker views, views of views, and a view that was there before the labels
-- known: bypasses.md: View created before label
-- purpose: service
\connect - owner
CREATE VIEW barrier WITH (security_barrier) AS SELECT * FROM users;
CREATE VIEW invoker WITH (security_invoker) AS SELECT * FROM contacts;
CREATE VIEW above AS SELECT b.phone, i.user_id FROM barrier b JOIN invoker i USING (user_id);
GRANT SELECT ON barrier, invoker, above TO app;
\connect - app
SELECT phone FROM barrier WHERE user_id = 666;
SELECT phone FROM invoker WHERE user_id = 666;
SELECT phone FROM above WHERE user_id = 666;
SELECT 'LEAKED' FROM barrier WHERE phone LIKE '1390%';
