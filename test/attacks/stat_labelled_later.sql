-- what: samples that were taken before the column was labelled
-- as: owner
CREATE TABLE numbers (user_id bigint, number text);
INSERT INTO numbers VALUES (666, '13900000666'), (1, '1'), (2, '2');
ANALYZE numbers;
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE numbers IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN numbers.number IS 'category=contact; purposes=service';
\endif
\connect - owner
SELECT histogram_bounds, most_common_vals FROM pg_stats WHERE tablename = 'numbers' AND attname = 'number';
