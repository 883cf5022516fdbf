-- what: plain SQL on a replication connection
-- known: replication connections run SQL, too
-- as: dba
\! psql -XAt "replication=database dbname=$PGDATABASE" -c "SELECT phone FROM users WHERE user_id = 666" -c "COPY users TO STDOUT" -c "COPY (SELECT * FROM users) TO STDOUT"
