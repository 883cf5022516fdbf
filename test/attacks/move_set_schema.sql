-- what: the table moves to another schema
-- known: own
-- as: owner
-- expect: cannot be used without a purpose
\connect - dba
CREATE SCHEMA elsewhere AUTHORIZATION owner;
\connect - owner
ALTER TABLE users SET SCHEMA elsewhere;
SELECT phone FROM elsewhere.users;
