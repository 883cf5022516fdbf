# The second wall: hardened tables show no row where the library is not loaded,
# whatever the reason.  Each refusal has its control: without the wall, the same
# session reads.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $refused = qr/ERROR:  table "public\.users" is hardened, and this statement was not checked by wdd_privacy
DETAIL:  The library was not loaded when the statement was planned, so the table's policy "wdd_second_wall" shows no row\.
HINT:  Reconnect\. If that does not help, set shared_preload_libraries = 'wdd_privacy' and restart the server\./;

# What a new session of a role says to one statement.
sub says
{
	my ($node, $database, $role, $sql) = @_;
	my ($status, $out, $err) = $node->psql($database, $sql, extra_params => [ '-U', $role ], on_error_stop => 0);
	return $out . $err;
}

# No statement of these roles gets through; taken down, the wall was all that
# kept them out.
sub holds
{
	my ($node, $database, $why) = @_;
	for my $role ('app', 'owner')
	{
		like(says($node, $database, $role, $_), $refused, "$why: $role: $_")
		  for 'SELECT phone FROM users', 'SELECT count(*) FROM users', 'COPY users TO STDOUT', 'SELECT phone FROM users_view',
		  "INSERT INTO users VALUES (9, 'p9', 'c')", "UPDATE users SET city = 'd'", 'DELETE FROM users';
	}
	is($node->safe_psql($database, "SELECT wdd.unharden('users')") . says($node, $database, 'app', 'SELECT phone FROM users ORDER BY 1'),
		"p1\np2\np3", "$why: control: without the wall everything shows");
	$node->safe_psql($database, "SELECT wdd.harden('users')");
	return;
}

sub prepare
{
	my ($node) = @_;
	wdd_sample($node, 'postgres');
	$node->safe_psql('postgres', <<'END');
CREATE ROLE app LOGIN; CREATE ROLE owner LOGIN; CREATE ROLE dumper LOGIN;
ALTER TABLE users OWNER TO owner;
CREATE VIEW users_view AS SELECT * FROM users;
ALTER VIEW users_view OWNER TO owner;
CREATE VIEW dba_view AS SELECT * FROM users;
GRANT ALL ON users, users_view, dba_view TO app, owner;
GRANT pg_read_all_data TO dumper;
SELECT wdd.grant_purpose('ads', 'app'), wdd.grant_purpose('backup', 'dumper');
SELECT wdd.harden('users');
END
	return;
}

# -- without shared preloading
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE early LOGIN SUPERUSER');
my $old = open_session($node, 'postgres', as => 'early');
answer($old, 'SELECT 1');
prepare($node);

like(says($node, 'postgres', 'app', "SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users ORDER BY 1"), qr/^p1\np3$/, 'with the library the role reads what it may');

# A session older than the extension: refused, and guarded from then on, since
# asking the wall has loaded the library; what it planned before stays refused.
$node->safe_psql('postgres', 'ALTER ROLE early NOSUPERUSER; GRANT ALL ON users TO early');
answer($old, 'PREPARE everything AS SELECT phone FROM users');
is(answer($old, 'EXECUTE everything'), 'ERROR 42501', 'a session older than the extension is refused');
is(answer($old, 'EXECUTE everything'), 'ERROR 42501', 'also with a plan made before the library came');
is(answer($old, 'SELECT phone FROM users'), 'ERROR 42501', 'and guarded from then on');
is(answer($old, 'SELECT count(*) FROM users'), '3', 'as any other session');
$old->quit;

$node->safe_psql('postgres', "ALTER ROLE app SET session_preload_libraries = 'auto_explain'; ALTER ROLE owner SET session_preload_libraries = 'auto_explain'");
holds($node, 'postgres', 'ALTER ROLE overrides the setting');
like(says($node, 'postgres', 'app', "SELECT count(*) FROM users; SELECT phone FROM users; SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users ORDER BY 1"),
	qr/^p1\np3.*$refused.*cannot be used without a purpose/s, 'the session that was refused is guarded from then on');
$node->safe_psql('postgres', 'ALTER ROLE app RESET ALL; ALTER ROLE owner RESET ALL; ALTER DATABASE postgres RESET session_preload_libraries');
holds($node, 'postgres', 'the setting of the database is gone');
like(says($node, 'postgres', 'early', 'SELECT phone FROM users'), $refused, 'and any other role is refused, too');
is(says($node, 'postgres', 'app', 'SELECT phone FROM dba_view ORDER BY 1'), "p1\np2\np3", 'but for views of superusers, which go around every row security');

# single-user mode knows no settings of databases
my $single = "SET SESSION AUTHORIZATION app;\nSELECT phone FROM users;\n";
$node->stop;
my ($out, $err) = ('', '');
IPC::Run::run([ 'postgres', '--single', '-D', $node->data_dir, 'postgres' ], '<', \$single, '>', \$out, '2>', \$err);
like($err, qr/ERROR:  table "public\.users" is hardened, and this statement was not checked by wdd_privacy/, 'single-user mode: refused');
unlike($out, qr/p[123]/, 'and nothing shown');
$single = "SELECT phone FROM users;\n";
IPC::Run::run([ 'postgres', '--single', '-D', $node->data_dir, 'postgres' ], '<', \$single, '>', \$out, '2>', \$err);
like($out, qr/phone = "p1"/, 'but superusers go around every row security');
$node->start;

# -- dumps
$node->safe_psql('postgres', "ALTER DATABASE postgres SET session_preload_libraries = 'wdd_privacy'");
my $dump = $node->basedir . '/dump.sql';
$ENV{PGOPTIONS} = '-c wdd_privacy.purpose=backup';
$node->command_fails_like([ 'pg_dump', '-U', 'dumper', '-f', $dump, $node->connstr('postgres') ],
	qr/query would be affected by row-level security policy for table "users"/, 'pg_dump without BYPASSRLS is refused by PostgreSQL');
$node->command_ok([ 'pg_dump', '-U', 'dumper', '--enable-row-security', '-f', $dump, $node->connstr('postgres') ], 'and works with --enable-row-security');
like(slurp_file($dump), qr/1\tp1\tc\n2\tp2\tc\n3\tp3\tc/, 'and has every row');
$node->safe_psql('postgres', 'ALTER ROLE dumper BYPASSRLS');
$node->command_ok([ 'pg_dump', '-U', 'dumper', '-f', $dump, $node->connstr('postgres') ], 'pg_dump with BYPASSRLS works');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$ENV{PGOPTIONS} = '-c wdd_privacy.purpose=restore';
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', $dump ], 'the dump is restored');
delete $ENV{PGOPTIONS};
like(says($node, 'restored', 'app', "SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users ORDER BY 1"), qr/^p1\np3$/, 'the copy is guarded');
$node->safe_psql('restored', 'ALTER DATABASE restored RESET session_preload_libraries');
holds($node, 'restored', 'a restored copy without the library');
$node->safe_psql('postgres', 'CREATE DATABASE unlabelled');
$node->command_ok([ 'pg_dump', '--no-security-labels', '-f', $dump, $node->connstr('restored') ], 'a dump without labels');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('unlabelled'), '-f', $dump ], 'is restored');
like(says($node, 'unlabelled', 'app', 'SELECT phone FROM users'), qr/ERROR:  table "public\.users" is hardened, and carries no label/, 'its copy is shut');
$node->stop;

# -- a copy of a server that preloads, on one that does not
my $preloading = PostgreSQL::Test::Cluster->new('preloading');
$preloading->init(allows_streaming => 1);
wdd_configure($preloading, 'fsync = off');
$preloading->start;
prepare($preloading);
like(says($preloading, 'postgres', 'app', "SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users ORDER BY 1"), qr/^p1\np3$/, 'preloaded, the role reads what it may');
is($preloading->safe_psql('postgres', "SELECT count(*) FROM pg_db_role_setting"), '0', 'and the database has no setting of its own');
$preloading->stop;

my $upgraded = PostgreSQL::Test::Cluster->new('upgraded');
$upgraded->init;
$upgraded->append_conf('postgresql.conf', "fsync = off\n");
my $bin = $upgraded->config_data('--bindir');
chdir $upgraded->basedir or die;
command_ok(
	[
		'pg_upgrade', '--no-sync', '-d', $preloading->data_dir, '-D', $upgraded->data_dir, '-b', $bin, '-B', $bin,
		'-s', $upgraded->host, '-p', $preloading->port, '-P', $upgraded->port
	],
	'pg_upgrade');
$upgraded->start;
holds($upgraded, 'postgres', 'pg_upgrade without preloading');
$upgraded->stop;

$preloading->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$preloading->start;
holds($preloading, 'postgres', 'files moved to a server without preloading');

# on a standby of it
$preloading->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($preloading, 'base', has_streaming => 0);
$standby->append_conf('postgresql.conf', 'hot_standby = on');
$standby->set_standby_mode;
$standby->start;
like(says($standby, 'postgres', 'app', 'SELECT phone FROM users'), $refused, 'a standby without the library');
$standby->stop;
$preloading->stop;

done_testing();
