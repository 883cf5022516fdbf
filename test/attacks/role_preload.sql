-- what: settings of libraries, by role, database and connection, to get a session without the guard
-- known: ALTER ROLE ... SET session_preload_libraries hides the database's
-- needs: a server that preloads the library; without, the role's setting does open a session (doc/operations.md)
-- as: app
\connect - dba
ALTER ROLE app IN DATABASE :"DBNAME" SET session_preload_libraries = 'plpgsql';
ALTER DATABASE :"DBNAME" RESET ALL;
\connect - app
SHOW session_preload_libraries;
SET local_preload_libraries = 'plpgsql';
SELECT phone FROM users WHERE user_id = 666;
\! PGOPTIONS='-c local_preload_libraries=' psql -XAt -U app -c 'SELECT phone FROM users WHERE user_id = 666'
\! PGOPTIONS='-c session_preload_libraries=plpgsql' psql -XAt -U dba -c 'SELECT phone FROM users WHERE user_id = 666'
