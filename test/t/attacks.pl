# Every file in test/attacks is one way past the guard, tried twice, each time
# in a fresh copy of the database of fixture.sql: with labels it must not get at
# the secret, and without any, which is the guard off, it must.  So an attack
# that stopped being one is found out, too.
#
# Head of a file, in lines "-- key: value":
#   what     what it tries (compulsory)
#   known    where it is known from
#   as       the role that connects (app)
#   purpose  the purpose stated at connection, by every session of the file (none)
#   expect   a regular expression that the output must match where labels are
#   needs    remarks
#
# The secret is out when the output has the phone of person 666, or LEAKED, which
# an attack that learns otherwise (by a count, an error) prints.
#
# WDD_ATTACKS=WORD tries only the files whose name contains WORD, and shows what
# they print.
use strict;
use warnings FATAL => 'all';
use File::Basename;
use IPC::Run qw(run timeout);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $secret = qr/13900000666|LEAKED/;
my $directory = dirname(__FILE__) . '/../attacks';
my $word = $ENV{WDD_ATTACKS} // '';

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
wdd_configure($node, 'fsync = off', 'synchronous_commit = off', 'full_page_writes = off', 'autovacuum = off',
	'wal_level = logical', 'max_wal_senders = 10', 'max_prepared_transactions = 10', 'max_connections = 50');
$node->start;
$node->safe_psql('postgres', <<'END');
CREATE ROLE dba SUPERUSER LOGIN;
CREATE ROLE app LOGIN;
CREATE ROLE analyst LOGIN;
CREATE ROLE owner LOGIN;
END

# Run psql on a file; returns what it printed, and its exit status.
sub psql_file
{
	my ($database, $file, %options) = @_;
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = $database;
	local $ENV{PGUSER} = $options{as};
	local $ENV{PGOPTIONS} = defined $options{purpose} ? "-c wdd_privacy.purpose=$options{purpose}" : '';
	my $output = '';
	my $done = eval {
		run([ 'psql', '-XAt', '-v', "guarded=$options{guarded}", '-f', $file ],
			'<', \'', '>&', \$output, timeout(180));
		1;
	};
	return ($output, $done ? $? >> 8 : 'none, it took more than 180 s');
}

sub head
{
	my ($text) = @_;
	my %head = (as => 'app');
	while ($text =~ /\G--\s+(\w+):\s*(.*?)\s*\n/gc)
	{
		$head{$1} = $2;
	}
	return %head;
}

for my $guarded ('true', 'false')
{
	$node->safe_psql('postgres', "CREATE DATABASE fixture_$guarded");
	my ($output, $status) = psql_file("fixture_$guarded", "$directory/fixture.sql", as => 'dba', guarded => $guarded);
	BAIL_OUT("fixture.sql fails: $output") if $status ne '0';
}

# The one before is dropped in the same call: programs to start are what takes
# most of the time.  Guarded and open are not tried side by side, for attacks
# make roles, slots and other things of the whole server.
sub fresh_database
{
	my ($guarded) = @_;
	my $database = "fixture_$guarded";
	run([
		'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'),
		'-c', 'SET client_min_messages = error',
		'-c', 'DROP DATABASE IF EXISTS attacked WITH (FORCE)',
		'-c', "CREATE DATABASE attacked TEMPLATE $database"
	]) or BAIL_OUT("no copy of $database");
	return;
}

my $tried = 0;
my $stopped = 0;
foreach my $file (sort glob "$directory/*.sql")
{
	my $name = basename($file, '.sql');
	next if $name eq 'fixture' || index($name, $word) < 0;
	my %head = head(slurp_file($file));
	my %output;
	$tried++;
	for my $guarded ('true', 'false')
	{
		fresh_database($guarded);
		($output{$guarded}) = psql_file('attacked', $file, as => $head{as}, purpose => $head{purpose},
			guarded => $guarded);
	}
	my $kept = $output{true} !~ $secret;
	my $expected = !defined $head{expect} || $output{true} =~ /$head{expect}/;
	my $works = $output{false} =~ $secret;
	$stopped++ if $kept;
	ok(defined $head{what} && $kept && $expected && $works, "$name: " . ($head{what} // 'says not what it tries'))
		or diag(join "\n", $kept ? () : 'the guard does not stop it',
			$expected ? () : "the refusal does not match /$head{expect}/",
			$works ? () : 'it gets nothing even without labels',
			"-- with labels:", $output{true}, "-- without:", $output{false});
	note("-- with labels:\n$output{true}\n-- without:\n$output{false}") if $word ne '';
}
cmp_ok($tried, '>', 0, 'some were tried');
diag("summary: $tried attacks tried, $stopped stopped");

$node->stop;
done_testing();
