-- what: a purpose from the server's and the database's settings, which nobody granted to the session's role
-- as: dba
ALTER DATABASE :"DBNAME" SET wdd_privacy.purpose = 'backup';
ALTER ROLE dba IN DATABASE :"DBNAME" SET wdd_privacy.purpose = 'replication';
\c
SHOW wdd_privacy.purpose;
SELECT phone FROM users WHERE user_id = 666;
COPY users (phone) TO STDOUT;
ALTER ROLE dba IN DATABASE :"DBNAME" RESET wdd_privacy.purpose;
\c
SELECT phone FROM users WHERE user_id = 666;
