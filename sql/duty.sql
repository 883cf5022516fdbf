-- Who may act for a purpose, and who has which duty.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
CREATE FUNCTION pg_temp.attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text; detail text; hint text;
BEGIN
    EXECUTE statement;
    RETURN '00000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(E'\n    ', SQLSTATE || ' ' || message, nullif(detail, ''), nullif(hint, ''));
END $$;
CREATE ROLE regress_wdd_clerk;
CREATE ROLE "regress_wdd Odd, role";
CREATE ROLE regress_wdd_trainee IN ROLE regress_wdd_clerk;
CREATE ROLE regress_wdd_gone;
SELECT wdd.add_purpose('service', 'contract'), wdd.add_purpose('ads', 'consent');
\pset format unaligned
\pset tuples_only on

\echo -- grants of purposes: a second one replaces the end, and keeps the signature
SELECT wdd.grant_purpose('service', 'regress_wdd_clerk', valid_until => 'infinity', confidentiality_signed_at => '2024-11-26');
SELECT wdd.grant_purpose('service', 'regress_wdd_clerk', valid_until => '2100-01-01');
SELECT valid_until, confidentiality_signed_at, granted_by = session_user FROM wdd.purpose_grant;
SELECT wdd.purpose_granted('service', 'regress_wdd_clerk'), wdd.purpose_granted('service', 'regress_wdd_trainee'),
       wdd.purpose_granted('service', '"regress_wdd Odd, role"');
SELECT wdd.grant_purpose('service', '"regress_wdd Odd, role"', valid_until => now() - interval '1 s');
SELECT wdd.purpose_granted('service', '"regress_wdd Odd, role"');
SELECT wdd.grant_purpose('backup', '"regress_wdd Odd, role"', now() + interval '10 days', '2024-11-26');
SELECT wdd.grant_purpose('ads', 'regress_wdd_gone');
DROP ROLE regress_wdd_gone;
SELECT purpose, regexp_replace(role::text, '^\d+$', 'a number'), due FROM wdd.grants_due();
SELECT purpose, due FROM wdd.grants_due('0') WHERE due = 'ends';
SELECT purpose, due FROM wdd.grants_due('10 days 1 hour') WHERE due = 'ends';
-- a role that was dropped is revoked by its number
SELECT wdd.revoke_purpose(purpose, role) FROM wdd.grants_due() WHERE due = 'role was dropped';
SELECT wdd.revoke_purpose('service', 'regress_wdd_clerk');
SELECT wdd.purpose_granted('service', 'regress_wdd_trainee');
SELECT statement || E'\n  ' || pg_temp.attempt(statement) FROM (VALUES
    (1, $$SELECT wdd.grant_purpose(NULL, 'regress_wdd_clerk')$$),
    (2, $$SELECT wdd.grant_purpose('', 'regress_wdd_clerk')$$),
    (3, $$SELECT wdd.grant_purpose('nothing', 'regress_wdd_clerk')$$),
    (4, $$SELECT wdd.grant_purpose('service', NULL)$$),
    (5, $$SELECT wdd.grant_purpose('service', 'regress_wdd_nobody')$$),
    (6, $$SELECT wdd.grant_purpose('service', 4294967295)$$),
    (7, $$SELECT wdd.grant_purpose('service', '-')$$),
    (8, $$SELECT wdd.grant_purpose('service', 'public')$$),
    (9, $$SELECT wdd.grant_purpose('service', 'regress_wdd_clerk', 'soon')$$),
    (10, $$SELECT wdd.grant_purpose('service', 'regress_wdd_clerk', NULL, 'infinity')$$),
    (11, $$SELECT wdd.revoke_purpose('service', 'regress_wdd_clerk')$$),
    (12, $$SELECT wdd.revoke_purpose('nothing', 'regress_wdd_clerk')$$),
    (13, $$SELECT wdd.revoke_purpose('service', NULL)$$),
    (14, $$SELECT * FROM wdd.grants_due(NULL)$$),
    (15, $$SELECT * FROM wdd.grants_due('-1 day')$$)) AS v (n, statement) ORDER BY n;
SELECT left(pg_temp.attempt(format('SELECT wdd.grant_purpose(%L, ''regress_wdd_clerk'')', repeat('noise', 2000))), 130);

\echo -- duties: what a role can do without, with and again without them
SELECT duty, function FROM wdd.duty_functions() ORDER BY duty, function::text COLLATE "C";
-- what belongs to a duty is closed to everyone else
SELECT function FROM wdd.duty_functions() WHERE has_function_privilege('regress_wdd_clerk', function, 'EXECUTE');
SELECT wdd.grant_duty('record_consent', 'regress_wdd_clerk');
SELECT wdd.grant_duty('record_consent', 'regress_wdd_clerk');
SELECT wdd.grant_duty('officer', 'regress_wdd_clerk'), wdd.grant_duty('administer', 'regress_wdd_clerk');
SELECT wdd.grant_duty('administer', '"regress_wdd Odd, role"'), wdd.grant_duty('break_glass', '"regress_wdd Odd, role"');
SELECT duty, role, granted_by = session_user FROM wdd.duties();
SELECT wdd.has_duty('officer', 'regress_wdd_trainee'), wdd.has_duty('break_glass', 'regress_wdd_trainee');
SELECT count(*) = count(*) FILTER (WHERE has_function_privilege('regress_wdd_trainee', function, 'EXECUTE')) FROM wdd.duty_functions();
-- functions of two duties stay with the other one
SELECT wdd.revoke_duty('officer', 'regress_wdd_clerk');
SELECT proname, bool_or(has_function_privilege('regress_wdd_clerk', function, 'EXECUTE'))
FROM wdd.duty_functions() JOIN pg_proc p ON p.oid = function WHERE duty = 'officer' GROUP BY proname ORDER BY proname COLLATE "C";
SELECT wdd.revoke_duty('administer', 'regress_wdd_clerk');
SELECT wdd.has_duty('administer', 'regress_wdd_clerk');
SELECT duty, count(*) > 0 FROM wdd.duty_functions()
WHERE has_function_privilege('regress_wdd_clerk', function, 'EXECUTE') GROUP BY duty ORDER BY duty;

\echo -- at work
SET ROLE regress_wdd_trainee;
SELECT wdd.grant_consent(7, 'ads');
SELECT pg_temp.attempt('SELECT * FROM wdd.consents(7)');
SELECT pg_temp.attempt('SELECT wdd.grant_duty(''officer'', ''regress_wdd_trainee'')');
SELECT pg_temp.attempt('SELECT * FROM wdd.duty_grant');
SET ROLE "regress_wdd Odd, role";
SELECT wdd.add_purpose('survey', 'consent');
SELECT wdd.grant_purpose('survey', 'regress_wdd_clerk');
SELECT wdd.grant_duty('officer', 'regress_wdd_trainee');
SELECT pg_temp.attempt('SELECT wdd.grant_consent(7, ''ads'')');
SET ROLE regress_wdd_trainee;
SELECT purpose, permitted FROM wdd.consents(7) WHERE basis = 'consent';
RESET ROLE;
-- a superuser has every duty
SELECT wdd.has_duty('officer', session_user::regrole);

\echo -- bad input
SELECT statement || E'\n  ' || pg_temp.attempt(statement) FROM (VALUES
    (1, $$SELECT wdd.grant_duty(NULL, 'regress_wdd_clerk')$$),
    (2, $$SELECT wdd.grant_duty('', 'regress_wdd_clerk')$$),
    (3, $$SELECT wdd.grant_duty('Officer', 'regress_wdd_clerk')$$),
    (4, $$SELECT wdd.grant_duty('officer', NULL)$$),
    (5, $$SELECT wdd.grant_duty('officer', 'regress_wdd_nobody')$$),
    (6, $$SELECT wdd.grant_duty('officer', '-')$$),
    (7, $$SELECT wdd.revoke_duty('officer', 'regress_wdd_clerk')$$),
    (8, $$SELECT wdd.revoke_duty('nothing', 'regress_wdd_clerk')$$),
    (9, $$SELECT wdd.revoke_duty('officer', NULL)$$)) AS v (n, statement) ORDER BY n;

\echo -- dropping a role that has a duty
SELECT pg_temp.attempt('DROP ROLE regress_wdd_trainee') ~ '^2BP01';
DROP OWNED BY regress_wdd_trainee;
DROP ROLE regress_wdd_trainee;
SELECT duty, regexp_replace(role::text, '^\d+$', 'a number') FROM wdd.duties() WHERE duty = 'officer';
SELECT wdd.revoke_duty(duty, role) FROM wdd.duties() WHERE duty = 'officer';
SELECT count(*) FROM wdd.duties() WHERE duty = 'officer';
DROP EXTENSION wdd_privacy;
DROP ROLE regress_wdd_clerk, "regress_wdd Odd, role";
