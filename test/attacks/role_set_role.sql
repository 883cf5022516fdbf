-- what: keep a purpose that another role stated, over SET ROLE, RESET ROLE and SET SESSION AUTHORIZATION
-- as: dba
SET SESSION AUTHORIZATION analyst;
SET ROLE analyst;
SET wdd_privacy.purpose = 'service';
SELECT phone FROM users WHERE user_id = 666;
RESET SESSION AUTHORIZATION;
SELECT phone FROM users WHERE user_id = 666;
SET ROLE app;
SET wdd_privacy.purpose = 'service';
SELECT phone FROM users WHERE user_id = 666;
SET ROLE owner;
SELECT phone FROM users WHERE user_id = 666;
