-- what: a table is made a view by a rule, and its columns named otherwise
-- known: bypasses.md: RULE ON SELECT
-- purpose: service
CREATE TABLE plain (a bigint, b text);
CREATE RULE "_RETURN" AS ON SELECT TO plain DO INSTEAD SELECT user_id AS a, phone AS b FROM users;
SELECT b FROM plain WHERE a = 666;
