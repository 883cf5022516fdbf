-- The schema itself is made by CREATE EXTENSION (schema = wdd in the control
-- file).  Everyone may look functions up in it; what they may call is decided
-- function by function, and its tables are open to nobody.
COMMENT ON SCHEMA wdd IS 'wdd_privacy: purposes, persons, consents and the functions that administer them';
GRANT USAGE ON SCHEMA wdd TO PUBLIC;

-- Functions revoke EXECUTE from PUBLIC one by one where they write or tell of a person.
