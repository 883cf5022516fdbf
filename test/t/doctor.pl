# wdd.doctor() of a clean server, how the library is loaded, the server's own
# settings; and that both doctor() and lint() are fast where there are many tables.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);
use WddTest;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
# what the tests' own configuration logs
$node->append_conf('postgresql.conf', "log_statement = none\n");
$node->start;
my $severe = q(SELECT severity || ' ' || object || ': ' || finding FROM wdd.doctor() WHERE finding !~ 'lacks fixes');

my $old = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $old->query('SELECT pg_backend_pid()');
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', "SELECT wdd.harden('users')");

my $server = "critical server: the library is not in shared_preload_libraries: background workers, and sessions whose role has a session_preload_libraries of its own, run without it";
my $session = "critical session $pid: it began before the extension was installed, and runs without the library (role " . $node->safe_psql('postgres', 'SELECT current_user') . ")";
is($node->safe_psql('postgres', $severe), "$server\n$session", 'not preloaded for the server, and an older session');
$old->quit;
$node->poll_query_until('postgres', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid)") or die;
is($node->safe_psql('postgres', $severe), $server, 'the session is gone');

$node->safe_psql('postgres', "CREATE ROLE app LOGIN; ALTER ROLE app SET session_preload_libraries = 'auto_explain'");
is($node->safe_psql('postgres', $severe), "critical role app: its session_preload_libraries does not list the library, and hides what does: its sessions run without it\n$server", 'a role that hides the setting');
$node->safe_psql('postgres', "ALTER ROLE app SET session_preload_libraries = auto_explain, wdd_privacy");
is($node->safe_psql('postgres', $severe), $server, 'a role that has the library, too');
$node->safe_psql('postgres', 'ALTER ROLE app RESET ALL; ALTER DATABASE postgres RESET session_preload_libraries');
is($node->safe_psql('postgres', $severe), "critical database postgres: nothing loads the library into its sessions\n$server", 'nothing loads the library');

# everything right: nothing found
wdd_configure($node);
$node->restart;
is($node->safe_psql('postgres', $severe), '', 'a clean database, preloaded and hardened: nothing found');
$node->safe_psql('postgres', q(UPDATE pg_extension SET extversion = '0.0.1' WHERE extname = 'wdd_privacy'));
like($node->safe_psql('postgres', $severe), qr/^critical extension wdd_privacy: its SQL is of version 0\.0\.1, the loaded library of version /, 'versions that differ');
$node->safe_psql('postgres', q(UPDATE pg_extension SET extversion = (SELECT default_version FROM pg_available_extensions WHERE name = 'wdd_privacy') WHERE extname = 'wdd_privacy'));

# settings of the server
$node->append_conf('postgresql.conf', "log_min_duration_statement = 100\nwdd_privacy.redact = off\nlog_statement = mod\nsession_replication_role = replica\nrow_security = off\n");
$node->reload;
$node->poll_query_until('postgres', "SELECT current_setting('log_statement') = 'mod'") or die;
is($node->safe_psql('postgres', $severe), <<'END' =~ s/\n\z//r, 'settings in postgresql.conf');
warning setting log_min_duration_statement: statements go to the server log, with the values that stand in them
warning setting log_statement: statements go to the server log, with the values that stand in them
warning setting session_replication_role: triggers, also those of foreign keys, do not fire
warning setting wdd_privacy.redact: texts and values of statements on protected data go to the server log and to pg_stat_activity
notice setting row_security: queries of hardened tables are refused
END
$node->append_conf('postgresql.conf', "wdd_privacy.redact = on\n");
$node->reload;
$node->poll_query_until('postgres', "SELECT current_setting('wdd_privacy.redact') = 'on'") or die;
unlike($node->safe_psql('postgres', $severe), qr/server log/, 'what goes to the log is harmless while it is redacted');
$node->append_conf('postgresql.conf', "log_min_duration_statement = -1\nlog_statement = none\nsession_replication_role = origin\nrow_security = on\nshared_preload_libraries = 'auto_explain, wdd_privacy, pg_stat_statements, test_decoding'\nlisten_addresses = 'localhost, 127.0.0.2'\n");
$node->restart;
is($node->safe_psql('postgres', $severe), <<'END' =~ s/\n\z//r, 'libraries that are loaded later; other hosts');
notice library pg_stat_statements: it is loaded after wdd_privacy, and keeps the text of utility statements on protected data
notice library test_decoding: it is loaded after wdd_privacy, sees statements first, and has not been tried together with it
notice setting wdd_privacy.require_tls: the server listens to other hosts, and labelled columns may travel unencrypted
END
is($node->safe_psql('postgres', q(SELECT wdd.lists_library('a, $libdir/wdd_privacy.so'), wdd.lists_library('wdd_privacy2'), wdd.lists_library(NULL))), 't|f|f', 'lists of libraries');

# a table that somebody has locked is told of, and not waited for
$node->safe_psql('postgres', q(CREATE TABLE busy (note text); INSERT INTO busy VALUES ('13812345678')));
is($node->safe_psql('postgres', q(SELECT object || ': ' || finding FROM wdd.lint() WHERE object ~ 'busy')), 'column public.busy.note: 1 of 1 sampled values look like: mobile number', 'lint() samples');
my $locker = open_session($node, 'postgres');
answer($locker, 'BEGIN; LOCK TABLE busy');
is($node->safe_psql('postgres', q(SELECT object || ': ' || finding FROM wdd.lint() WHERE object ~ 'busy')), 'table public.busy: it could not be sampled (SQLSTATE 55P03)', 'lint() does not wait');
$locker->quit;

# many tables
my $tables = $ENV{WDD_LONG} ? 10000 : 1000;
my $limit  = $ENV{WDD_LONG} ? 10 : 3;
for (my $from = 1; $from <= $tables; $from += 500)
{
	$node->safe_psql('postgres', sprintf(q(DO $$ BEGIN FOR i IN %d..%d LOOP
	    EXECUTE format('CREATE TABLE many_%%s (id bigint, user_id bigint, phone text, city text, created timestamptz, host_name text)', i);
	    EXECUTE format('SECURITY LABEL FOR wdd_privacy ON TABLE many_%%s IS ''subject=user_id''', i);
	    EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN many_%%s.phone IS ''category=contact; purposes=ads''', i);
	    END LOOP; END $$), $from, $from + 499));
}
for my $query ('SELECT count(*) FROM wdd.doctor()', 'SELECT count(*) FROM wdd.lint(sample_rows => 0)')
{
	my $best = 1e9;
	for (1 .. 3)
	{
		my $begin = time;
		$node->safe_psql('postgres', $query);
		$best = time - $begin if time - $begin < $best;
	}
	note sprintf('%s with %d labelled tables: %.2f s', $query, $tables, $best);
	cmp_ok($best, '<', $limit, "$query with $tables labelled tables");
}

done_testing();
