-- Duties: who may do what in this schema.  Granting one also grants EXECUTE on
-- the functions that belong to it, so that PostgreSQL's own privileges decide.
CREATE TABLE wdd.duty_grant (
    duty           text NOT NULL CHECK (duty IN ('administer', 'officer', 'record_consent', 'break_glass')),
    role           regrole NOT NULL,
    granted_by     name NOT NULL DEFAULT session_user,
    granted_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (duty, role)
);
