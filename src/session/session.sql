-- The purpose of a session.  What is set here are the settings wdd_privacy.*;
-- SET does the same.

CREATE FUNCTION wdd.set_purpose(purpose text, case_reference text DEFAULT NULL,
                                is_local boolean DEFAULT false) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'wdd_set_purpose';
COMMENT ON FUNCTION wdd.set_purpose(text, text, boolean) IS
    'States the purpose and the case reference (NULL: none), for the session or, with is_local, for the transaction; returns the purpose, and '''' takes it back. NULL purpose is error 22004, an unknown one 42704, one not granted to the current user or without a compulsory case reference 42501. Open to everyone';

CREATE FUNCTION wdd.current_purpose() RETURNS text
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_current_purpose';
COMMENT ON FUNCTION wdd.current_purpose() IS
    'The purpose the session states; NULL when none. Open to everyone';

CREATE FUNCTION wdd.purpose_stated_by() RETURNS regrole
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sql_purpose_stated_by';
COMMENT ON FUNCTION wdd.purpose_stated_by() IS
    'The role whose grants decide over the stated purpose: the current user when it was set, the session user for values given at the start of the session; NULL when no purpose is stated. Open to everyone';

CREATE FUNCTION wdd.purpose_granted(purpose text, role regrole DEFAULT NULL) RETURNS boolean
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sql_purpose_granted';
COMMENT ON FUNCTION wdd.purpose_granted(text, regrole) IS
    'Does the role (NULL: the current user), or a role it is a member of, hold a grant of the purpose that is in force now? Superusers are looked at as if they were none. NULL purpose is error 22004, an unknown purpose or role 42704. Open to everyone';

CREATE FUNCTION wdd.has_duty(duty text, role regrole DEFAULT NULL) RETURNS boolean
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sql_has_duty';
COMMENT ON FUNCTION wdd.has_duty(text, regrole) IS
    'Has the role (NULL: the current user), or a role it is a member of, the duty administer, officer, record_consent or break_glass? A superuser has every duty. NULL duty is error 22004, an unknown duty or role 42704. Open to everyone';

CREATE FUNCTION wdd.break_glass(reason text) RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'wdd_break_glass';
COMMENT ON FUNCTION wdd.break_glass(text) IS
    'Opens labelled data, whatever purposes and persons say, until the transaction ends or is rolled back to a savepoint before; logs role and reason at WARNING. The reason has at most 1000 characters; NULL is error 22004, blank or too long 22023. Needs the duty break_glass, else 42501';

CREATE FUNCTION wdd.glass_broken() RETURNS boolean
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'wdd_sql_glass_broken';
COMMENT ON FUNCTION wdd.glass_broken() IS
    'Is wdd.break_glass() in force in this transaction? Open to everyone';

CREATE FUNCTION wdd.with_purpose(purpose text, query text) RETURNS SETOF jsonb
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'wdd_with_purpose';
COMMENT ON FUNCTION wdd.with_purpose(text, text) IS
    'Runs one SELECT, VALUES, INSERT, UPDATE, DELETE or MERGE under the purpose, with the rights of the current user, and returns its rows as jsonb; a write without RETURNING returns {"rows": n}. The session''s purpose is restored afterwards, also after an error. NULL is error 22004, several statements or none 22023, another command 0A000, and the purpose is refused as by set_purpose(). Open to everyone';

CREATE FUNCTION wdd.with_purpose(purpose text, query text, VARIADIC args "any") RETURNS SETOF jsonb
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'wdd_with_purpose';
COMMENT ON FUNCTION wdd.with_purpose(text, text, "any") IS
    'As with_purpose(purpose, query), with arguments for the query''s parameters $1, $2 and so on. Untyped literals take the type that the query uses the parameter as; a parameter that the query does not have is error 42P02. Open to everyone';
