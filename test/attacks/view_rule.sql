-- what: rules that read the old row, instead of and besides a harmless command
-- known: bypasses.md: RULE ON SELECT / DO ALSO
-- purpose: service
CREATE TABLE heard (v text);
CREATE VIEW mine AS SELECT user_id, city FROM users;
CREATE RULE r AS ON UPDATE TO mine DO INSTEAD SELECT phone FROM users u WHERE u.user_id = OLD.user_id;
UPDATE mine SET city = 'x' WHERE user_id = 666;
\connect - owner
CREATE RULE r AS ON UPDATE TO users DO ALSO SELECT OLD.phone;
GRANT UPDATE ON users TO app;
\connect - app
UPDATE users SET city = 'x' WHERE user_id = 666;
