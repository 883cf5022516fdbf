-- what: a superuser copies into a program, which prints into a table
-- known: bypasses.md: COPY TO PROGRAM
-- as: dba
CREATE TEMP TABLE lines (line text);
SELECT format('COPY users (phone) TO PROGRAM %L', 'cat > ' || current_setting('data_directory') || '/copied') AS c \gexec
SELECT format('COPY lines FROM PROGRAM %L', 'cat ' || current_setting('data_directory') || '/copied') AS c \gexec
SELECT line FROM lines;
