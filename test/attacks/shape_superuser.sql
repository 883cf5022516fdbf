-- what: a superuser, and the owner, read
-- known: own
-- as: dba
-- expect: cannot be used without a purpose
SELECT phone FROM users WHERE user_id = 666;
\connect - owner
SELECT phone FROM users WHERE user_id = 666;
