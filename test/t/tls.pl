# wdd_privacy.require_tls: labelled data does not travel in plain text over TCP.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
my $directory = $node->data_dir;
run_command([ qw(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost),
		'-keyout', "$directory/server.key", '-out', "$directory/server.crt" ]);
plan skip_all => 'openssl makes no certificate' unless -s "$directory/server.crt";
chmod 0600, "$directory/server.key";
wdd_configure($node, 'fsync = off', "listen_addresses = '127.0.0.1'", 'ssl = on', 'wdd_privacy.require_tls = on');
$node->start;
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
CREATE ROLE app LOGIN;
GRANT ALL ON users TO app;
CREATE TABLE unlabelled AS SELECT 1 AS phone;
GRANT ALL ON unlabelled TO app;
SELECT wdd.grant_purpose('ads', 'app');
SELECT wdd.grant_duty('break_glass', 'app');
ALTER ROLE app SET wdd_privacy.purpose = 'ads';
END

my $port = $node->port;
my %by = (
	plain  => "host=127.0.0.1 port=$port dbname=postgres user=app sslmode=disable",
	tls    => "host=127.0.0.1 port=$port dbname=postgres user=app sslmode=require",
	socket => "host=" . $node->host . " port=$port dbname=postgres user=app");

# Run SQL over one of these: rows and messages.
sub over
{
	my ($way, $sql) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-XAtq', '-d', $by{$way}, '-v', 'VERBOSITY=verbose', '-f', '-' ],
		'<', \$sql, '>', \$out, '2>', \$err);
	chomp($out, $err);
	return ($out, $err);
}

sub allowed
{
	my ($way, $sql, $rows, $name) = @_;
	my ($out, $err) = over($way, $sql);
	is("$out$err", $rows, "$way: $name");
	return;
}

sub refused_over
{
	my ($way, $sql, $name) = @_;
	my ($out, $err) = over($way, $sql);
	like($err, qr/^(?:\S+ )?ERROR:  42501: column "phone" of table "public\.users" cannot be used over an unencrypted connection
DETAIL:  wdd_privacy\.require_tls is on, and this connection is plain TCP\.
HINT:  Connect with sslmode=require or stronger, or over a Unix-domain socket\.$/m, "$way: $name");
	is($out, '', "$way: $name: nothing shown");
	return;
}

my $read = 'SELECT phone FROM users ORDER BY 1';
refused_over('plain', $read, 'a labelled column');
refused_over('plain', 'SELECT user_id FROM users WHERE phone = \'p1\'', 'in a condition');
refused_over('plain', 'COPY users TO STDOUT', 'COPY');
refused_over('plain', "INSERT INTO users VALUES (9, 'p9', 'c')", 'storing');
refused_over('plain', "UPDATE users SET phone = 'p9' WHERE user_id = 1", 'changing');
refused_over('plain', "BEGIN; SELECT wdd.break_glass('fire'); $read", 'broken glass');
refused_over('plain', "SELECT wdd.with_purpose('ads', 'SELECT phone FROM users')", 'with_purpose()');
allowed('plain', 'SELECT phone FROM unlabelled', '1', 'an unlabelled table');
allowed('plain', 'SELECT count(*) FROM users', '3', 'no labelled column');
allowed('plain', "UPDATE users SET city = 'd' WHERE user_id = 1 RETURNING city", 'd', 'writing what is not labelled');
my ($out, $err) = over('plain', 'SET wdd_privacy.require_tls = off');
like($err, qr/ERROR:  42501: permission denied to set parameter "wdd_privacy\.require_tls"/, 'plain: only a superuser switches it off');

allowed($_, $read, "p1\np3", 'labelled columns go') for 'tls', 'socket';
allowed('tls', 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()', 't', 'it is TLS');
allowed('tls', 'COPY (SELECT phone FROM users ORDER BY 1) TO STDOUT', "p1\np3", 'COPY');

# a table that needs a purpose as a whole
$node->safe_psql('postgres', "SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id; purposes=ads'");
($out, $err) = over('plain', 'SELECT count(*) FROM users');
like($err, qr/42501: table "public\.users" cannot be used over an unencrypted connection/, 'plain: a labelled table, whatever its columns');
($out, $err) = over('plain', "BEGIN; SELECT wdd.break_glass('fire'); SELECT count(*) FROM users");
like($err, qr/42501: table "public\.users" cannot be used over an unencrypted connection/, 'plain: and with broken glass');
allowed('tls', 'SELECT count(*) FROM users', '3', 'which goes');

# a change of the setting reaches open sessions
$node->adjust_conf('postgresql.conf', 'wdd_privacy.require_tls', 'off');
$node->reload;
$node->poll_query_until('postgres', q(SELECT current_setting('wdd_privacy.require_tls') = 'off'));
allowed('plain', $read, "p1\np3", 'with the setting off labelled columns go');

done_testing();
