-- what: COPY of the table, of some columns, in binary, and of a partition
-- known: bypasses.md: COPY t TO
-- purpose: service
COPY users TO STDOUT;
COPY users (phone) TO STDOUT (FORMAT csv, HEADER);
COPY orders TO STDOUT;
COPY visits_2 TO STDOUT;
COPY (TABLE visits) TO STDOUT;
