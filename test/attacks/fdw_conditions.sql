-- what: conditions and orders that can fail on a labelled foreign table, evaluated by its server over hidden rows
-- purpose: service
\connect - dba
CREATE EXTENSION postgres_fdw;
SELECT format('CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)', split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()) \gexec
CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user 'dba', password_required 'false');
GRANT USAGE ON FOREIGN SERVER loop TO owner, app;
CREATE TABLE store (user_id bigint, phone text);
INSERT INTO store SELECT i, '138' || i FROM generate_series(1, 5) i;
INSERT INTO store VALUES (666, '13900000666');
CREATE FOREIGN TABLE far (user_id bigint, phone text) SERVER loop OPTIONS (table_name 'store');
CREATE TABLE root (user_id bigint, phone text) PARTITION BY RANGE (user_id);
CREATE FOREIGN TABLE leaf PARTITION OF root FOR VALUES FROM (0) TO (1000) SERVER loop OPTIONS (table_name 'store');
CREATE VIEW far_view AS SELECT * FROM far;
GRANT SELECT, UPDATE, DELETE ON far, root, leaf, far_view TO app;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON FOREIGN TABLE far IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN far.phone IS 'category=contact; purposes=service, ads';
SECURITY LABEL FOR wdd_privacy ON TABLE root IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN root.phone IS 'category=contact; purposes=service, ads';
\endif
\connect - app
SET enable_sort = off;
SET enable_hashagg = off;
SET enable_hashjoin = off;
-- each fails where a row has the telephone number that is guessed, or one as long
CREATE TEMP TABLE attempt (statement text);
INSERT INTO attempt VALUES
	('SELECT 1 FROM far WHERE 1 / (length(phone) - <length>) > 0'),
	('SELECT 1 FROM far WHERE phone = ''<phone>'' AND 1 / (user_id - 666) > 0'),
	('SELECT 1 FROM far_view WHERE 1 / (length(phone) - <length>) > 0'),
	('SELECT 1 FROM far WHERE CASE WHEN phone = ''<phone>'' THEN 1 / (user_id - 666) > 0 END'),
	('SELECT 1 FROM (SELECT user_id, length(phone) AS n FROM far) f WHERE 1 / (n - 11) > 0'),
	('SELECT 1 FROM root WHERE 1 / (length(phone) - <length>) > 0'),
	('SELECT 1 FROM leaf WHERE 1 / (length(phone) - <length>) > 0'),
	('SELECT phone FROM far ORDER BY 1 / (length(phone) - <length>)'),
	('SELECT phone FROM far WHERE phone = ''<phone>'' ORDER BY 1 / (user_id - 666)'),
	('SELECT phone FROM root ORDER BY 1 / (length(phone) - <length>)'),
	('SELECT * FROM (SELECT phone FROM far OFFSET 0) f ORDER BY 1 / (length(phone) - <length>)'),
	('SELECT phone FROM far_view ORDER BY 1 / (length(phone) - <length>)'),
	('SELECT DISTINCT 1 / (length(phone) - <length>) FROM far'),
	('SELECT count(*) FROM far GROUP BY 1 / (length(phone) - <length>)'),
	('SELECT row_number() OVER (ORDER BY 1 / (length(phone) - <length>)) FROM far'),
	('SELECT array_agg(user_id ORDER BY 1 / (length(phone) - <length>)) FROM far'),
	('SELECT 1 / (length(phone) - <length>) FROM far UNION SELECT 1'),
	('SELECT 1 FROM far JOIN generate_series(1, 5) g ON g = 1 / (length(phone) - <length>)'),
	('SELECT 1 FROM far JOIN far other ON other.user_id = 1 / (length(far.phone) - 11)'),
	('SELECT 1 FROM generate_series(1, 5) g LEFT JOIN far ON 1 / (length(phone) - <length>) = g'),
	('SELECT 1 FROM generate_series(<length>, <length> + 1) g, LATERAL (SELECT FROM far WHERE 1 / (length(phone) - g) > 0) f'),
	('SELECT 1 FROM generate_series(1, 2) g WHERE EXISTS (SELECT FROM far WHERE 1 / (length(phone) - <length>) = g)'),
	('UPDATE far SET user_id = user_id WHERE 1 / (length(phone) - <length>) > 5'),
	('DELETE FROM far WHERE 1 / (length(phone) - <length>) > 5');
CREATE FUNCTION pg_temp.fails(attempt text, phone text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE replace(replace(attempt, '<length>', length(phone)::text), '<phone>', phone);
	RETURN false;
EXCEPTION
	WHEN division_by_zero THEN
		RETURN true;
END $$;
SELECT CASE WHEN pg_temp.fails(statement, '13900000666') AND NOT pg_temp.fails(statement, '139000006666') THEN 'LEAKED' ELSE 'nothing' END, statement FROM attempt;
