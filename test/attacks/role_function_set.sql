-- what: functions with SET clauses and SECURITY DEFINER that state purposes their owner does not hold
-- as: owner
CREATE FUNCTION f1() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET wdd_privacy.purpose = 'service' AS 'SELECT phone FROM public.users WHERE user_id = 666';
CREATE FUNCTION f2() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'SELECT phone FROM users WHERE user_id = 666';
CREATE FUNCTION f3() RETURNS SETOF text LANGUAGE plpgsql SET wdd_privacy.purpose = 'backup' AS 'BEGIN RETURN QUERY SELECT phone FROM public.users WHERE user_id = 666; END';
CREATE FUNCTION f4() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN PERFORM set_config(''wdd_privacy.purpose'', ''backup'', true); RETURN QUERY SELECT phone FROM public.users WHERE user_id = 666; END';
SELECT * FROM f1();
SELECT * FROM f2();
SELECT * FROM f3();
SELECT * FROM f4();
\connect - app
SELECT * FROM f1();
SELECT * FROM f2();
SELECT * FROM f3();
SELECT * FROM f4();
SET ROLE app;
SELECT * FROM f3();
