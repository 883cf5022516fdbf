# CREATE EXTENSION arranges for the library to be loaded into new sessions;
# DROP EXTENSION takes that back, and goes only when nothing is labelled.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
my $setting = q(SELECT array_to_string(setconfig, ' ') FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE setrole = 0 AND datname = current_database());

# a session that is older than the extension
my $old = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $old->query('SELECT pg_backend_pid()');
$node->safe_psql('postgres', 'CREATE DATABASE elsewhere');

wdd_sample($node, 'postgres');
is($node->safe_psql('postgres', $setting), 'session_preload_libraries=wdd_privacy', 'the database preloads the library');
refused($node, 'postgres', 'SELECT phone FROM users', qr/cannot be used without a purpose/, 'new sessions are guarded without a restart');
is($node->safe_psql('postgres', "SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users ORDER BY 1"), "p1\np3", 'and read what they may');
my ($shown, $said) = run_sql($node, 'postgres', "SECURITY LABEL FOR wdd_privacy ON COLUMN users.city IS 'category=contact; purposes=ads'");
like($said, qr/WARNING:  sessions that are older than extension "wdd_privacy" are not bound.*DETAIL:  Server processes: $pid\./s,
	'sessions that are older are named');
is(answer($old, 'SELECT phone FROM users ORDER BY 1'), "p1\np2\np3", 'and are indeed not bound');
$old->quit;
($shown, $said) = run_sql($node, 'postgres', "SECURITY LABEL FOR wdd_privacy ON COLUMN users.city IS NULL");
unlike($said, qr/WARNING/, 'and no longer when they are gone');

# parallel workers without shared memory of ours
is($node->safe_psql('postgres', <<'END'), '26666|2', 'parallel plans without shared preloading');
SET wdd_privacy.purpose = 'ads';
CREATE TABLE many (user_id bigint, phone text);
INSERT INTO many SELECT i % 3 + 1, 'p' FROM generate_series(1, 40000) i;
SECURITY LABEL FOR wdd_privacy ON TABLE many IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN many.phone IS 'category=contact; purposes=ads';
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT count(phone), count(DISTINCT user_id) FILTER (WHERE phone IS NOT NULL) FROM many;
END

# a copy of the database
$node->safe_psql('postgres', 'CREATE DATABASE copied TEMPLATE postgres');
is($node->safe_psql('copied', $setting), 'session_preload_libraries=wdd_privacy', 'a copy of the database preloads the library');
refused($node, 'copied', 'SELECT phone FROM users', qr/cannot be used without a purpose/, 'and is guarded');
$node->safe_psql('postgres', 'CREATE DATABASE empty');
is($node->safe_psql('empty', $setting), '', 'another new database does not');

# The library is gone: nobody gets in unguarded.  The library is looked for in
# dynamic_library_path, so that this takes no file away.
my $nowhere = PostgreSQL::Test::Utils::tempdir;
sub library_is
{
	my ($path) = @_;
	$node->append_conf('postgresql.conf', "dynamic_library_path = '$path'");
	$node->reload;
	$node->poll_query_until('elsewhere', "SELECT current_setting('dynamic_library_path') = '$path'") or die;
	return;
}
library_is($nowhere);
$node->connect_fails($node->connstr('postgres'), 'without the library nobody connects to the database',
	expected_stderr => qr/FATAL:  could not access file "wdd_privacy"/);
is($node->safe_psql('elsewhere', 'SELECT 1'), 1, 'others work');
library_is('$libdir');
refused($node, 'postgres', 'SELECT phone FROM users', qr/cannot be used without a purpose/, 'with the library all is as before');

refused($node, 'postgres', 'DROP EXTENSION wdd_privacy', qr/ERROR:  cannot drop extension wdd_privacy because security labels depend on it/,
	'DROP EXTENSION while there are labels');
$node->safe_psql('postgres', 'DROP EXTENSION wdd_privacy CASCADE');
is($node->safe_psql('postgres', $setting), '', 'the setting goes with the extension');
is($node->safe_psql('postgres', q(SELECT count(*) FROM pg_seclabel)), '0', 'and the labels');
is($node->safe_psql('postgres', 'SELECT phone FROM users ORDER BY 1'), "p1\np2\np3", 'and the protection');
library_is($nowhere);
is($node->safe_psql('postgres', 'SELECT count(phone) FROM users'), 3, 'nothing needs the library any more');
library_is('$libdir');
$node->safe_psql('postgres', 'CREATE EXTENSION wdd_privacy');
refused($node, 'postgres', 'SELECT wdd.grant_purpose(\'ads\', session_user::regrole)', qr/ERROR:  purpose "ads" does not exist/, 'created again it knows nothing of before');
is($node->safe_psql('postgres', 'SELECT count(phone) FROM users'), 3, 'and protects nothing');
is($node->safe_psql('postgres', $setting), 'session_preload_libraries=wdd_privacy', 'and is preloaded again');

# what stood in the setting stays
$node->safe_psql('postgres', q(CREATE DATABASE second));
$node->safe_psql('postgres', q(ALTER DATABASE second SET session_preload_libraries = 'auto_explain'));
$node->safe_psql('second', 'CREATE EXTENSION wdd_privacy');
like($node->safe_psql('second', $setting), qr/^session_preload_libraries="?auto_explain"?, ?"?wdd_privacy"?$/, 'an entry that stood there stays');
is($node->safe_psql('second', q(SELECT count(*) FROM pg_settings WHERE name LIKE 'auto_explain.%')) > 0, 1, 'and is loaded');
$node->safe_psql('second', 'DROP EXTENSION wdd_privacy');
like($node->safe_psql('second', $setting), qr/^session_preload_libraries="?auto_explain"?$/, 'also when the extension goes');

# rolled back
$node->safe_psql('second', 'BEGIN; CREATE EXTENSION wdd_privacy; ROLLBACK');
like($node->safe_psql('second', $setting), qr/^session_preload_libraries="?auto_explain"?$/, 'nothing is left of what was rolled back');

# with shared preloading
wdd_configure($node);
$node->restart;
wdd_sample($node, 'template1');
is($node->safe_psql('template1', $setting), '', 'with shared preloading nothing is set for the database');
refused($node, 'template1', 'SELECT phone FROM users', qr/cannot be used without a purpose/, 'and sessions are guarded');
$node->safe_psql('postgres', 'CREATE DATABASE from_template');
refused($node, 'from_template', 'SELECT phone FROM users', qr/cannot be used without a purpose/, 'also in a database made from that template');

done_testing();
