-- what: the TOAST relation of pg_statistic, where long samples lie
-- as: owner
CREATE TABLE long_values (user_id bigint, v text);
INSERT INTO long_values SELECT i, 'Zk7Qw' || md5(i::text) || md5((-i)::text) || md5((i + 1000)::text) FROM generate_series(1, 100) i;
ANALYZE long_values;
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE long_values IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN long_values.v IS 'category=contact; purposes=service';
\endif
-- compression puts a byte between some of the characters
SELECT 'LEAKED' FROM pg_toast.pg_toast_2619
WHERE encode(chunk_data, 'escape') ~ 'Z.{0,4}k.{0,4}7.{0,4}Q.{0,4}w' LIMIT 1;
