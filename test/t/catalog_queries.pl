# What psql, drivers and administration tools ask of the catalogs needs no
# purpose: every backslash command, the queries behind tab completion, the shape
# of the queries that graphical tools send.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
wdd_configure($node, 'fsync = off');
$node->start;
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
SET wdd_privacy.purpose = 'service';
UPDATE users SET phone = 'phone-of-' || user_id;
RESET wdd_privacy.purpose;
CREATE ROLE app LOGIN;
GRANT SELECT, INSERT, UPDATE ON users TO app;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id; purposes=ads, service';
CREATE VIEW phones AS SELECT user_id, phone FROM users;
GRANT SELECT ON phones TO app;
CREATE TABLE letters (id serial PRIMARY KEY, user_id bigint REFERENCES users, body text) PARTITION BY RANGE (id);
CREATE TABLE letters_1 PARTITION OF letters FOR VALUES FROM (0) TO (1000);
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.body IS 'category=contact; purposes=service';
CREATE INDEX ON users (lower(phone));
CREATE STATISTICS users_statistics ON phone, city FROM users;
CREATE FUNCTION phone_of(bigint) RETURNS text LANGUAGE sql AS 'SELECT phone FROM users WHERE user_id = $1';
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE POLICY everybody ON users USING (true);
CREATE RULE nothing AS ON DELETE TO phones DO INSTEAD NOTHING;
CREATE TABLE plain (x int);
CREATE PUBLICATION letters_of_all FOR TABLE plain WITH (publish = 'insert');
COMMENT ON COLUMN users.phone IS 'personal';
ANALYZE;
END

# Every command of psql that asks the catalogs, with all their pluses.
my @commands = (
	map({ ("\\$_", "\\$_+") } qw(l dn dx db du dg dt dv di ds dm dE dtvmsE dp df da do dT dD dc dC dd dF dFd dFp dFt des dew det deu dy dO dX dL dRp dRs dP dPt dPi dconfig drds dAc dAf dAo dAp dl)),
	map({ ('\d ' . $_, '\d+ ' . $_) } qw(users phones letters letters_1 users_pkey letters_id_seq wdd.* users*)),
	'\d', '\d+', '\dp users', '\ddp', '\dt+ *.*', '\dx+ wdd_privacy', '\df+ wdd.*', '\dX users*', '\z users', '\sf+ phone_of', '\sf wdd.set_purpose(text, text, boolean)', '\sv+ phones',
	'\dRp+ letters_of_all', '\dconfig+ wdd_privacy.*', '\encoding', '\conninfo', '\dS+ pg_class', '\dtS pg_statistic', '\d+ pg_stats');
for my $role ('app', undef)
{
	my $name = $role // 'a superuser';
	my $script = "\\pset pager off\n" . join('', map { "\\echo --- $_\n$_\n" } @commands);
	my ($out, $err);
	IPC::Run::run([ 'psql', '-X', '-E', '-d', $node->connstr('postgres'), defined $role ? ('-U', $role) : () ], '<', \$script, '>', \$out, '2>', \$err);
	$err = join("\n", grep { !/^Did not find any|^ERROR:  permission denied for (?:tablespace pg_global|table pg_subscription)$/ } split /\n/, $err);
	is($err, '', "psql's commands as $name: nothing refused");
	like($out, qr/phone +\| text/, 'and they show the protected table');
	is(scalar(() = $out =~ /\*\*\*\*\*\*\*\* QUERY/g) > 200, 1, 'by some hundred queries');
	unlike($out, qr/phone-of/, "and nobody's data");
}

# The shapes of what tools send.  pgAdmin, DBeaver, DataGrip and the drivers ask
# pg_catalog for names, definitions, sizes, statistics of access, locks and
# settings, and information_schema for the same once more.
my @queries = (
	# browsers of objects
	q(SELECT c.oid, c.relname, c.relkind, pg_get_userbyid(c.relowner), obj_description(c.oid, 'pg_class'), pg_total_relation_size(c.oid), c.reltuples, has_table_privilege(c.oid, 'SELECT'), (SELECT count(*) FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal), (SELECT array_agg(provider || '=' || label) FROM pg_seclabels l WHERE l.objoid = c.oid AND l.objsubid = 0) FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_description d ON d.objoid = c.oid AND d.objsubid = 0 WHERE n.nspname = 'public' ORDER BY 2),
	q(SELECT a.attname, a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum), a.attidentity, a.attgenerated, (SELECT array_agg(provider || '=' || label) FROM pg_seclabels l WHERE l.objoid = a.attrelid AND l.objsubid = a.attnum), has_column_privilege(a.attrelid, a.attnum, 'SELECT') FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'users'::regclass AND a.attnum > 0 AND NOT a.attisdropped),
	q(SELECT i.indexrelid::regclass, pg_get_indexdef(i.indexrelid), pg_get_expr(i.indpred, i.indrelid), pg_relation_size(i.indexrelid), s.idx_scan FROM pg_index i LEFT JOIN pg_stat_all_indexes s USING (indexrelid) WHERE i.indrelid = 'users'::regclass),
	q(SELECT conname, contype, pg_get_constraintdef(oid, true), confrelid::regclass, conkey, confkey FROM pg_constraint WHERE conrelid IN ('users'::regclass, 'letters'::regclass)),
	q(SELECT t.tgname, pg_get_triggerdef(t.oid), p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE tgrelid = 'letters'::regclass),
	q(SELECT p.oid, p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), l.lanname, CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace IN ('public'::regnamespace, 'wdd'::regnamespace)),
	q(SELECT viewname, definition, pg_get_viewdef('phones'::regclass, true) FROM pg_views WHERE schemaname = 'public'),
	q(SELECT inhrelid::regclass, inhparent::regclass, pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(inhparent) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid),
	q(SELECT * FROM pg_rules WHERE schemaname = 'public'), q(SELECT * FROM pg_policies), q(SELECT * FROM pg_publication_tables), q(SELECT * FROM pg_seclabels),
	q(SELECT stxname, pg_get_statisticsobjdef(oid), stxkind FROM pg_statistic_ext),
	q(SELECT * FROM pg_depend d JOIN pg_class c ON c.oid = d.refobjid WHERE c.relname = 'users'),
	q(SELECT seqrelid::regclass, s.*, pg_sequence_last_value(seqrelid) FROM pg_sequence s), q(SELECT last_value, is_called FROM letters_id_seq),
	# dashboards
	q(SELECT * FROM pg_stat_user_tables), q(SELECT * FROM pg_statio_user_tables), q(SELECT * FROM pg_stat_activity), q(SELECT * FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation), q(SELECT * FROM pg_stat_database), q(SELECT * FROM pg_prepared_xacts), q(SELECT * FROM pg_settings), q(SELECT * FROM pg_stat_progress_vacuum), q(SELECT * FROM pg_available_extensions), q(SELECT * FROM pg_stat_user_functions), q(SELECT * FROM pg_stat_replication),
	q(SELECT schemaname, relname, n_live_tup, pg_size_pretty(pg_table_size(relid)) FROM pg_stat_all_tables ORDER BY n_live_tup DESC LIMIT 20),
	# DatabaseMetaData of JDBC and what ODBC asks: types, keys, privileges
	q(SELECT NULL AS table_cat, n.nspname, c.relname, CASE n.nspname ~ '^pg_' OR n.nspname = 'information_schema' WHEN true THEN 'SYSTEM' ELSE CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'v' THEN 'VIEW' END END, d.description FROM pg_catalog.pg_namespace n, pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_description d ON (c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass) WHERE c.relnamespace = n.oid AND c.relname LIKE '%'),
	q(SELECT result.*, (result.keys).n FROM (SELECT ct.relname, a.attname, information_schema._pg_expandarray(i.indkey) AS keys FROM pg_class ct JOIN pg_attribute a ON ct.oid = a.attrelid JOIN pg_index i ON a.attrelid = i.indrelid WHERE i.indisprimary AND ct.relname = 'users') result WHERE (result.keys).n > 0),
	q(SELECT t.typname, t.oid, t.typtype, t.typelem, e.typname FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem WHERE t.typname IN ('users', '_users', 'text')),
	q(SELECT relacl, attacl, aclexplode(coalesce(relacl, acldefault('r', relowner))) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relname = 'users'),
	# completion of words
	q(SELECT relname FROM pg_class WHERE relkind IN ('r', 'S', 'v', 'm', 'f', 'p') AND substring(relname, 1, 3) = 'use' AND pg_table_is_visible(oid)),
	q(SELECT attname FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 UNION SELECT 'x' LIMIT 1000),
	q(SELECT provider FROM (SELECT DISTINCT provider FROM pg_seclabels) ss WHERE provider LIKE 'w%'),
	# greetings
	q(SELECT row_to_json(s) FROM (SELECT current_user, session_user, version(), current_setting('server_version_num'), current_schemas(true), pg_backend_pid(), inet_server_addr()) s));
my @views = split /\n/, $node->safe_psql('postgres', "SELECT format('SELECT * FROM information_schema.%I', viewname) FROM pg_views WHERE schemaname = 'information_schema' AND viewname !~ '^_' UNION ALL SELECT format('SELECT * FROM pg_catalog.%I', viewname) FROM pg_views WHERE schemaname = 'pg_catalog' ORDER BY 1");
for my $role ('app', undef)
{
	my $name = $role // 'a superuser';
	my ($out, $err);
	my $script = join('', map { "$_;\n" } @queries, @views);
	IPC::Run::run([ 'psql', '-X', '-d', $node->connstr('postgres'), defined $role ? ('-U', $role) : () ], '<', \$script, '>', \$out, '2>', \$err);
	my @refused = grep { /ERROR/ && !/permission denied for (?:view|table|function|foreign table|sequence) (?:pg_|letters_id_seq|consent_event_event_id_seq|transforms)/ } split /\n/, $err;
	is_deeply(\@refused, [], scalar(@queries) . ' shapes of queries and ' . scalar(@views) . " views of the catalogs, as $name: nothing refused");
	like($out, qr/purposes=ads, service/, 'they show labels');
	unlike($out, qr/phone-of/, "and nobody's data");
}

done_testing();
