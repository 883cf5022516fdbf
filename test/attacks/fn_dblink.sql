-- what: connect back by dblink, whose session states nothing
-- known: loopback connections
-- as: dba
CREATE EXTENSION dblink;
SELECT * FROM dblink('dbname=' || current_database(), 'SELECT phone FROM users WHERE user_id = 666') t (p text);
SELECT * FROM dblink('user=app dbname=' || current_database(), 'SELECT phone FROM users WHERE user_id = 666') t (p text);
SELECT * FROM dblink('replication=database dbname=' || current_database(), 'SELECT phone FROM users WHERE user_id = 666') t (p text);
