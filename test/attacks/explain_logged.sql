-- what: auto_explain logs to the client how many rows a filter removed
-- known: bypasses.md: auto_explain
-- as: dba
SELECT wdd.grant_purpose('service', 'dba') \g /dev/null
\setenv PGOPTIONS '-c wdd_privacy.purpose=service -c enable_seqscan=off -c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on -c auto_explain.log_level=notice'
\! psql -XAtq -U dba -c "SELECT 1 FROM users WHERE phone LIKE '1390%'" 2>&1 | grep -E 'Rows Removed by Filter: 1$|rows=1 loops=1' | sed 's/^/LEAKED: /'
