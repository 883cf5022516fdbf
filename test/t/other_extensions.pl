# Other extensions that are loaded with the library, before it and after it: the
# guard refuses and permits as ever, and they do their work.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes 'usleep';
use WddTest;

my $libraries = `pg_config --pkglibdir` =~ s/\s+\z//r;
my @others = grep { -e "$libraries/$_.so" } qw(pg_stat_statements auto_explain pgaudit pg_cron hypopg postgres_fdw);
note('not installed, and left out: ' . join(' ', grep { my $name = $_; !grep { $_ eq $name } @others } qw(pg_stat_statements auto_explain pgaudit pg_cron hypopg postgres_fdw)));
my %is_there = map { $_ => 1 } @others;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', <<'END');
fsync = off
log_min_messages = log
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_timing = off
auto_explain.log_nested_statements = on
wdd_privacy.redact = off
pgaudit.log = 'read, write'
pgaudit.log_catalog = off
cron.database_name = 'postgres'
cron.use_background_workers = on
cron.log_run = off
max_worker_processes = 20
END
$node->append_conf('postgresql.conf', "cron.timezone = 'UTC'\n");

sub load_libraries
{
	my (@names) = @_;
	$node->append_conf('postgresql.conf', "shared_preload_libraries = '" . join(', ', @names) . "'\n");
	$node->restart if -e $node->data_dir . '/postmaster.pid';
	return;
}

# What is new in the server log since the last call.
my $seen = 0;
sub logged
{
	my $log = slurp_file($node->logfile);
	my $new = substr($log, $seen);
	$seen = length $log;
	return $new;
}

load_libraries(@others, 'wdd_privacy');
$node->start;
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
CREATE ROLE app LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO app;
SELECT wdd.grant_purpose('ads', 'app');
CREATE TABLE result (made_by text, phones bigint);
GRANT INSERT ON result TO app;
GRANT pg_read_all_stats TO app;
END
$node->safe_psql('postgres', "CREATE EXTENSION $_") for grep { $_ ne 'auto_explain' } @others;
# jobs of pg_cron run in background workers, as the role that scheduled them; these at every start
$node->safe_psql('postgres', <<'END') if $is_there{pg_cron};
SELECT cron.schedule('unstated', '@reboot', 'INSERT INTO result SELECT ''unstated'', count(phone) FROM users');
SELECT cron.schedule('stated', '@reboot', 'SELECT wdd.set_purpose(''ads''); INSERT INTO result SELECT ''stated'', count(phone) FROM users');
END

for my $order ([ @others, 'wdd_privacy' ], [ 'wdd_privacy', @others ], [ 'wdd_privacy', reverse @others ])
{
	my $name = join(' ', @$order);
	$node->safe_psql('postgres', 'TRUNCATE result; DELETE FROM cron.job_run_details') if $is_there{pg_cron};
	logged();
	load_libraries(@$order);
	my $started = logged();

	my ($out, $err) = run_sql($node, 'postgres', 'SET ROLE app; SELECT phone FROM users');
	like($err, qr/ERROR:  column "phone" of table "public\.users" cannot be used without a purpose/, "refused: $name");
	is($out, '', 'and nothing shown');
	is($node->safe_psql('postgres', "SET ROLE app; SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users WHERE phone LIKE 'p%' ORDER BY 1"), "p1\np3", 'permitted, by person');
	is($node->safe_psql('postgres', "SET ROLE app; SET wdd_privacy.purpose = 'ads'; PREPARE q AS SELECT count(phone) FROM users; EXECUTE q; EXECUTE q"), "2\n2", 'prepared');
	is($node->safe_psql('postgres', 'SELECT count(*), count(city) FROM users'), '3|3', 'what is not labelled needs no purpose');
	($out, $err) = run_sql($node, 'postgres', "SET wdd_privacy.purpose = 'ads'; INSERT INTO users VALUES (9, 'p9')");
	like($err, qr/ERROR:  purpose "ads" may not store column "phone"/, 'storing for who does not permit is refused');

	my $log = logged();
	$started .= $log;
	if ($is_there{auto_explain})
	{
		my ($plan) = $log =~ /Query Text: SELECT phone FROM users WHERE phone LIKE 'p%' ORDER BY 1\n((?:\t[^\n]*\n)+)/;
		like($plan, qr/row_permitted/, 'auto_explain logs the plan with its check');
		unlike($plan, qr/Rows Removed/, 'and not how many rows it removed');
	}
	if ($is_there{pgaudit})
	{
		like($log, qr/AUDIT: SESSION,\d+,\d+,READ,SELECT,.*SELECT phone FROM users WHERE phone LIKE 'p%'/, 'pgaudit records the statement');
	}
	if ($is_there{pg_stat_statements})
	{
		is($node->safe_psql('postgres', q(SELECT calls > 0, rows FROM pg_stat_statements WHERE query LIKE 'SELECT phone FROM users WHERE phone LIKE $1%')),
			't|2', 'pg_stat_statements counts it, with the rows that came');
		is($node->safe_psql('postgres', q(SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%row_permitted%')), '0', 'and shows what was asked, without the check');
		$node->safe_psql('postgres', 'SELECT pg_stat_statements_reset()');
	}
	if ($is_there{hypopg})
	{
		# (auto_explain and hypopg do not get on with each other, with or without the guard)
		my $sql = <<'END';
LOAD 'auto_explain';
SET auto_explain.log_min_duration = -1;
SET wdd_privacy.purpose = 'ads';
SELECT 1 FROM hypopg_create_index('CREATE INDEX ON users (phone)');
SET enable_seqscan = off;
EXPLAIN (COSTS off) SELECT phone FROM users WHERE phone = 'p1';
END
		like($node->safe_psql('postgres', $sql), qr/row_permitted.*Index Scan on "?<\d+>btree_users_phone/s, 'a hypothetical index shows in the plan of a guarded query');
		($out, $err) = run_sql($node, 'postgres', "SET auto_explain.log_min_duration = -1; SET wdd_privacy.purpose = ''; SELECT 1 FROM hypopg_create_index('CREATE INDEX ON users (phone)'); EXPLAIN SELECT phone FROM users WHERE phone = 'p1'");
		like($err, qr/cannot be used without a purpose/, 'and opens nothing');
	}
	if ($is_there{postgres_fdw})
	{
		# a foreign table that comes back to the same database: guarded at the other end
		my ($host, $port) = ($node->host, $node->port);
		$node->safe_psql('postgres', <<"END");
DROP SERVER IF EXISTS loop CASCADE;
CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'postgres');
CREATE USER MAPPING FOR PUBLIC SERVER loop OPTIONS (user 'app', password_required 'false');
CREATE FOREIGN TABLE far_users (user_id bigint, phone text, city text) SERVER loop OPTIONS (table_name 'users');
END
		($out, $err) = run_sql($node, 'postgres', "SET wdd_privacy.purpose = 'ads'; SELECT phone FROM far_users");
		like($err, qr/cannot be used without a purpose/, 'a foreign table reads as the role of its mapping, which states no purpose');
		is($node->safe_psql('postgres', 'SELECT user_id FROM far_users ORDER BY 1'), "1\n2\n3", 'but what needs none');
		$node->safe_psql('postgres', "ALTER ROLE app SET wdd_privacy.purpose = 'ads'");
		is($node->safe_psql('postgres', 'SELECT phone FROM far_users ORDER BY 1'), "p1\np3", 'or one that its role states');
		is($node->safe_psql('postgres', "UPDATE far_users SET city = 'd' WHERE user_id = 3 RETURNING city"), 'd', 'and it writes');
		is($node->safe_psql('postgres', 'BEGIN; DECLARE c CURSOR FOR SELECT phone FROM far_users ORDER BY user_id; FETCH 1 FROM c; FETCH 1 FROM c; COMMIT'), "p1\np3", 'by a cursor');
		$node->safe_psql('postgres', 'ALTER ROLE app RESET wdd_privacy.purpose');
	}
	if ($is_there{pg_cron})
	{
		my $log = $started . logged();
		for (1 .. 150)
		{
			last if $log =~ /cron job 1: ERROR/ && $log =~ /cron job 2 COMMAND completed: INSERT/;
			usleep(100_000);
			$log .= logged();
		}
		like($log, qr/cron job 1: ERROR: column "phone" of table "public\.users" cannot be used without a purpose/, 'a job of pg_cron without a purpose is refused');
		is($node->safe_psql('postgres', 'SELECT made_by, phones FROM result'), 'stated|2', 'one with a purpose sees who permits');
	}
}

done_testing();
