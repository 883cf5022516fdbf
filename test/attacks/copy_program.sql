-- what: a superuser copies into a program, which prints into a table
-- known: bypasses.md: COPY TO PROGRAM
-- as: dba
CREATE TEMP TABLE lines (line text);
SELECT current_setting('data_directory') || '/copied_' || current_database() AS file \gset
SELECT format('COPY lines FROM PROGRAM %L', 'rm -f ' || :'file') AS c \gexec
SELECT format('COPY users (phone) TO PROGRAM %L', 'cat > ' || :'file') AS c \gexec
SELECT format('COPY lines FROM PROGRAM %L', 'cat ' || :'file') AS c \gexec
SELECT line FROM lines;
