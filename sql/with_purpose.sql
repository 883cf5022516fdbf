-- with_purpose(): one statement under a purpose of its own.
\set VERBOSITY default
\set me :USER
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
CREATE ROLE regress_wdd_app LOGIN;
CREATE ROLE regress_wdd_other LOGIN;
DO $$
BEGIN
    PERFORM wdd.add_purpose('service', 'contract');
    PERFORM wdd.add_purpose('security', 'contract');
    PERFORM wdd.add_purpose('court', 'authority');
    PERFORM wdd.grant_purpose('service', 'regress_wdd_app');
    PERFORM wdd.grant_purpose('security', 'regress_wdd_app');
    PERFORM wdd.grant_purpose('court', 'regress_wdd_app');
END $$;
CREATE TABLE users (id integer PRIMARY KEY, name text, phone text, born date, tags text[]);
INSERT INTO users VALUES (41, '张伟', '13800000041', '1990-02-28', '{a,b}'), (42, '李娜', '13800000042', NULL, NULL);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'purposes=service';
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO regress_wdd_app;
CREATE FUNCTION sqlstate_of(statement text) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN EXECUTE statement; RETURN '00000'; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END $$;

\c - regress_wdd_app
-- Allowed under the purpose, refused without and under another.
SELECT wdd.with_purpose('service', 'SELECT phone FROM users ORDER BY id');
SELECT phone FROM users;
SELECT wdd.with_purpose('security', 'SELECT phone FROM users ORDER BY id');
SELECT wdd.with_purpose('security', 'SELECT name FROM users ORDER BY id');
SELECT wdd.current_purpose();

-- Arguments: typed, untyped, NULL, an array; as many as the query has.
SELECT wdd.with_purpose('service', 'SELECT phone FROM users WHERE id = $1', '42');
SELECT wdd.with_purpose('service', 'SELECT phone FROM users WHERE id = $1', 42);
SELECT wdd.with_purpose('service', 'SELECT phone FROM users WHERE id = $1', 42::numeric);
SELECT wdd.with_purpose('service', 'SELECT phone FROM users WHERE born = $2 AND id < $1', '50', '1990-02-28');
SELECT wdd.with_purpose('service', 'SELECT $1 AS a, $2 AS b, $3::integer + 1 AS c, $4 IS NULL AS d', 'x', 'x'::name, '1', NULL);
SELECT wdd.with_purpose('service', 'SELECT name FROM users WHERE id IN ($1, $2) ORDER BY id', VARIADIC ARRAY[41, 42]);
SELECT wdd.with_purpose('service', 'SELECT 1 AS one', VARIADIC ARRAY[]::integer[]);
SELECT wdd.with_purpose('service', 'SELECT $1::date AS born', '1990-02-28'::text);
SELECT wdd.with_purpose('service', 'SELECT phone FROM users WHERE id = $1', 'forty-two');
SELECT wdd.with_purpose('service', 'SELECT phone FROM users WHERE id = $1 AND name = $2', '42');
SELECT wdd.with_purpose('service', 'SELECT phone FROM users WHERE id = $1');
SELECT wdd.with_purpose('service', 'SELECT 1', VARIADIC NULL::integer[]);
SELECT wdd.with_purpose('service', 'SELECT id FROM users WHERE phone = $1 OR id = $1', '42');
PREPARE of_phone (integer) AS SELECT wdd.with_purpose('service', 'SELECT phone FROM users WHERE id = $1', $1);
EXECUTE of_phone(41);
EXECUTE of_phone(42);

-- What comes back.
SELECT * FROM wdd.with_purpose('service', 'SELECT * FROM users ORDER BY id') AS row;
SELECT wdd.with_purpose('service', 'SELECT u, ARRAY[1, 2] AS list, ''{"a": 1}''::json AS document FROM users AS u WHERE id = 41');
SELECT wdd.with_purpose('service', 'VALUES (1, ''a''), (2, NULL)');
SELECT wdd.with_purpose('service', 'TABLE users LIMIT 0');
SELECT wdd.with_purpose('service', 'SELECT FROM users');
SELECT wdd.with_purpose('service', 'WITH u AS (SELECT id FROM users) SELECT count(*) FROM u');
SELECT count(*), max((r ->> 'i')::integer) FROM wdd.with_purpose('service', 'SELECT i FROM generate_series(1, $1) AS i', 100000) AS r;
SELECT wdd.with_purpose('service', 'INSERT INTO users (id, phone) VALUES ($1, $2), (44, $2)', '43', '13800000043');
SELECT wdd.with_purpose('service', 'UPDATE users SET phone = $1 WHERE id > 42 RETURNING id, phone', '13800000000');
SELECT wdd.with_purpose('service', 'UPDATE users SET phone = $1 WHERE id > 100', '13800000000');
SELECT wdd.with_purpose('service', 'MERGE INTO users USING (VALUES (44), (45)) AS n (id) ON users.id = n.id
    WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id) VALUES (n.id)');
SELECT wdd.with_purpose('service', 'DELETE FROM users WHERE id > 42 RETURNING id');
SELECT wdd.with_purpose('service', 'DELETE FROM users WHERE id > 42');

-- Not one plannable statement.
SELECT wdd.with_purpose('service', '');
SELECT wdd.with_purpose('service', ' -- nothing');
SELECT wdd.with_purpose('service', 'SELECT 1; SELECT 2');
SELECT wdd.with_purpose('service', 'SELEC 1');
SELECT wdd.with_purpose('service', 'TRUNCATE users');
SELECT wdd.with_purpose('service', 'SELECT 1 AS one INTO other');
SELECT wdd.with_purpose('service', 'CREATE TABLE other AS SELECT 1 AS one');
SELECT wdd.with_purpose('service', 'COPY users TO STDOUT');
SELECT wdd.with_purpose('service', 'EXPLAIN SELECT 1');
SELECT wdd.with_purpose('service', 'SET wdd_privacy.purpose = ''security''');
SELECT wdd.with_purpose('service', 'COMMIT');
SELECT wdd.with_purpose('service', 'DO ''BEGIN END''');
SELECT wdd.with_purpose('service', 'DECLARE c CURSOR FOR SELECT 1');
SELECT wdd.with_purpose('service', 'EXECUTE of_phone(41)');

-- NULLs, and purposes that are refused: before the query is looked at.
SELECT wdd.with_purpose(NULL, 'SELECT 1');
SELECT wdd.with_purpose('service', NULL);
SELECT wdd.with_purpose('service', NULL, 1);
SELECT wdd.with_purpose('servise', 'SELEC 1');
SELECT wdd.with_purpose('backup', 'SELEC 1');
SELECT wdd.with_purpose('court', 'SELECT 1');
SELECT wdd.with_purpose(repeat('x', 10000), 'SELECT 1');
SELECT wdd.with_purpose('', 'SELECT phone FROM users');
SELECT wdd.with_purpose('', 'SELECT count(*) FROM users');
SELECT query, sqlstate_of(format('SELECT wdd.with_purpose(%L, %L)', purpose, query))
  FROM (VALUES (NULL, 'SELECT 1'), ('service', NULL), ('service', ''), ('service', 'SELECT 1; SELECT 2'), ('service', 'TRUNCATE users'),
               ('service', 'SELECT $1'), ('servise', 'SELECT 1'), ('backup', 'SELECT 1'), ('court', 'SELECT 1')) AS t (purpose, query);

-- The session's purpose comes back: after success, after an error, in nested
-- calls and within a transaction.
SET wdd_privacy.purpose = 'security';
SELECT wdd.with_purpose('service', 'SELECT wdd.current_purpose()'), wdd.current_purpose();
SELECT wdd.with_purpose('service', 'SELECT 1 / 0');
SELECT wdd.current_purpose(), wdd.purpose_stated_by();
SELECT wdd.with_purpose('service', $$SELECT wdd.current_purpose() AS before, wdd.with_purpose('security', 'SELECT wdd.current_purpose() AS inside') AS inside, wdd.current_purpose() AS after$$);
BEGIN;
SELECT wdd.set_purpose('court', 'file 2024-17');
DO $$
BEGIN
    BEGIN
        PERFORM wdd.with_purpose('service', 'SELECT 1 / 0');
    EXCEPTION WHEN division_by_zero THEN
        RAISE NOTICE 'after the error: %', wdd.current_purpose();
    END;
    PERFORM wdd.with_purpose('service', 'SELECT 1');
    RAISE NOTICE 'after success: %', wdd.current_purpose();
END $$;
SAVEPOINT one;
SELECT wdd.with_purpose('service', 'SELECT nothing');
ROLLBACK TO one;
SELECT wdd.current_purpose();
ROLLBACK;
SELECT wdd.current_purpose();
-- SET LOCAL from within ends with the call
SELECT wdd.with_purpose('service', $$SELECT set_config('wdd_privacy.purpose', '', true)$$);
SELECT wdd.current_purpose();
RESET ALL;

-- The caller's rights, no other's.
\c - regress_wdd_other
SELECT wdd.with_purpose('service', 'SELECT 1');
\c - :me
SELECT wdd.grant_purpose('service', 'regress_wdd_other');
\c - regress_wdd_other
SELECT wdd.with_purpose('service', 'SELECT phone FROM users');
SELECT wdd.with_purpose('service', 'SELECT current_user, wdd.purpose_stated_by()');

\c - :me
SET client_min_messages = warning;
DROP TABLE users;
DROP FUNCTION sqlstate_of;
DROP EXTENSION wdd_privacy CASCADE;
DROP ROLE regress_wdd_app, regress_wdd_other;
