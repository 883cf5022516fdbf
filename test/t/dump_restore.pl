# pg_dump and pg_restore: refused without a purpose, whole under backup and
# restore, in every format, into the same and into another cluster.
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
my $other = PostgreSQL::Test::Cluster->new('other');
$other->init;
wdd_configure($other, 'fsync = off');
$other->start;
my $directory = PostgreSQL::Test::Utils::tempdir;

for my $cluster ($node, $other)
{
	# other roles come first there, so that their OIDs differ
	$cluster->safe_psql('postgres', 'CREATE ROLE filler') if $cluster == $other;
	$cluster->safe_psql('postgres', 'CREATE ROLE app LOGIN; CREATE ROLE registrar LOGIN; CREATE ROLE dumper LOGIN IN ROLE pg_read_all_data');
}
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
SELECT wdd.install_agreement();
SELECT wdd.grant_purpose('ads', 'app', valid_until => '2040-01-01');
SELECT wdd.grant_duty('record_consent', 'registrar');
SELECT wdd.withdraw_consent(3::bigint, 'ads', 'contact', evidence => '{"by": "post"}');
GRANT SELECT ON users TO app;
CREATE TABLE letters (letter_id integer PRIMARY KEY, user_id bigint REFERENCES users, body text);
INSERT INTO letters VALUES (1, 1, 'dear'), (2, 2, 'hello');
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.body IS 'category=content; purposes=service; if_not_listed=mask';
END

# What must be the same in a restored database.
my $everything = <<'END';
SET wdd_privacy.purpose = 'backup';
SELECT * FROM users ORDER BY 1;
SELECT * FROM letters ORDER BY 1;
SELECT objoid::regclass, objsubid, label FROM pg_seclabel WHERE provider = 'wdd_privacy' ORDER BY objoid::regclass::text, 2;
SELECT * FROM wdd.purpose ORDER BY 1;
SELECT * FROM wdd.category ORDER BY 1;
SELECT * FROM wdd.service ORDER BY 1;
SELECT * FROM wdd.subject_kind ORDER BY 1;
SELECT purpose_id, role, valid_until FROM wdd.purpose_grant ORDER BY 1, 2::text;
SELECT duty, role FROM wdd.duty_grant ORDER BY 1, 2::text;
SELECT person_id, kind_id, key_integer FROM wdd.person ORDER BY 1;
SELECT event_id, person_id, purpose_id, category_id, action, recorded_at, evidence FROM wdd.consent_event ORDER BY 1;
SELECT purpose_id, category_id, key_integer, permitted, event_id FROM wdd.consent_state ORDER BY 1, 2, 3;
SELECT p.oid::regprocedure, has_function_privilege('registrar', p.oid, 'EXECUTE') FROM pg_proc p WHERE pronamespace = 'wdd'::regnamespace ORDER BY p.oid::regprocedure::text COLLATE "C";
END
my $expected = $node->safe_psql('postgres', $everything);

$node->command_fails_like(
	[ 'pg_dump', '-f', "$directory/refused.sql", $node->connstr('postgres') ],
	qr/ERROR:  column "(?:phone|body)" of table "public\.(?:users|letters)" cannot be used without a purpose.*HINT:.*PGOPTIONS='-c wdd_privacy\.purpose=backup' pg_dump/s,
	'pg_dump without a purpose is refused, and told how');
$node->command_fails_like(
	[ 'pg_dump', '-a', '-t', 'users', '--column-inserts', '-f', "$directory/refused.sql", $node->connstr('postgres') ],
	qr/ERROR:  column "phone" of table "public\.users" cannot be used without a purpose/,
	'nor one table, in any form');
$node->command_ok([ 'pg_dumpall', '--globals-only', '-f', "$directory/globals.sql", '-d', $node->connstr('postgres') ],
	'nor are the globals anybody\'s data');
$node->command_ok([ 'pg_dump', '-s', '-f', "$directory/schema.sql", $node->connstr('postgres') ],
	'a schema is nobody\'s data');

# The rows that COPY loads into a table, from a plain dump.
sub rows_of
{
	my ($file, $table) = @_;
	my ($rows) = slurp_file($file) =~ /^COPY public\.$table [^\n]*\n(.*?)^\\\.$/ms;
	return join('', sort split(/^/, $rows // 'none'));
}

my %dump = (plain => 'dump.sql', custom => 'dump.custom', directory => 'dump.dir');
{
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=backup';
	# the role has to be one that the purpose is granted to
	$node->command_fails_like(
		[ 'pg_dump', '-U', 'dumper', '-f', "$directory/refused.sql", $node->connstr('postgres') ],
		qr/ERROR:  purpose "backup" may not use column .*DETAIL:  Role "dumper", which stated the purpose, has no grant of it in force\./s,
		'pg_dump under backup by a role without grant is refused');
	$node->safe_psql('postgres', "SELECT wdd.grant_purpose('backup', 'dumper')");
	$node->command_ok([ 'pg_dump', '-U', 'dumper', '-f', "$directory/dumper.sql", $node->connstr('postgres') ],
		'with the grant no superuser is needed');
	$node->safe_psql('postgres', "SELECT wdd.revoke_purpose('backup', 'dumper')");
	$node->command_ok([ 'pg_dump', '-f', "$directory/super.sql", $node->connstr('postgres') ], 'a superuser with a grant dumps');
	is(rows_of("$directory/dumper.sql", 'users'), rows_of("$directory/super.sql", 'users'), 'both get the same rows');
	like(rows_of("$directory/super.sql", 'users'), qr/^1\tp1\tc\n2\tp2\tc\n3\tp3\tc\n$/, 'which are all');

	$node->command_ok([ 'pg_dump', '-a', '-f', "$directory/data.sql", $node->connstr('postgres') ], 'pg_dump of the data alone');
	$node->command_ok([ 'pg_dump', '--column-inserts', '-f', "$directory/inserts.sql", $node->connstr('postgres') ], 'pg_dump as INSERT');
	for my $format (sort keys %dump)
	{
		$node->command_ok([ 'pg_dump', '-F', $format, $format eq 'directory' ? ('-j', 2) : (), '-f', "$directory/$dump{$format}", $node->connstr('postgres') ],
			"pg_dump under backup, $format");
	}
}

{
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=restore';
	for my $target ($node, $other)
	{
		for my $format (sort keys %dump)
		{
			my $name = $target->name . ", $format";
			$target->safe_psql('postgres', "CREATE DATABASE $format");
			my @command = $format eq 'plain'
			  ? ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$directory/$dump{$format}", $target->connstr($format))
			  : ('pg_restore', '-e', $format eq 'directory' ? ('-j', 2) : (), '-d', $target->connstr($format), "$directory/$dump{$format}");
			my ($out, $err) = ('', '');
			ok(IPC::Run::run(\@command, '<', \'', '>', \$out, '2>', \$err), "restored into $name");
			# pg_restore tells warnings only when it is verbose
			like($err, qr/WARNING:  purpose "ads" does not exist/, "labels come before purposes, with a warning: $name")
			  if $format eq 'plain';
			unlike($err, qr/ERROR/, "and without error: $name");
			my $found = $target->safe_psql($format, $everything);
			is($found, $expected, "everything is there: $name");
			($out, $err) = run_sql($target, $format, "SET wdd_privacy.purpose = ''; SELECT phone FROM users");
			like($err, qr/cannot be used without a purpose/, "guarded at once: $name");
			is($target->safe_psql($format, "SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users ORDER BY 1"),
				'p1', "and open to who may: $name");

			# consents go on from there, in a session that keeps a set
			my $session = open_session($target, $format, purpose => 'ads');
			is(answer($session, 'SELECT count(phone) FROM users, generate_series(1, 5000)'), 5000, "a set is in use: $name");
			$target->safe_psql($format, "SELECT wdd.withdraw_consent(1::bigint, 'ads'), wdd.grant_consent(2::bigint, 'ads')");
			is(answer($session, "SELECT string_agg(DISTINCT phone, ' ') FROM users, generate_series(1, 5000)"), 'p2',
				"a withdrawal and a consent after the restore count: $name");
			$session->quit;
			is($target->safe_psql($format, 'SELECT count(*), count(DISTINCT event_id) FROM wdd.consent_event'), '6|6',
				"and stand on the ledger: $name");
		}
	}

	# schema and data apart, and as INSERT
	for my $way ([ 'apart', 'schema.sql', 'data.sql' ], [ 'inserts', 'inserts.sql' ])
	{
		my ($database, @files) = @$way;
		$other->safe_psql('postgres', "CREATE DATABASE $database");
		$other->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', map({ ('-f', "$directory/$_") } @files), $other->connstr($database) ],
			"restored from @files");
		is($other->safe_psql($database, $everything), $expected, "everything is there: @files");
	}

	# over what is there already
	$node->command_ok([ 'pg_restore', '-e', '--clean', '--if-exists', '-d', $node->connstr('custom'), "$directory/$dump{custom}" ],
		'pg_restore --clean');
	is($node->safe_psql('custom', $everything), $expected, 'everything is there again');
}

# Without the purpose the rows of labelled columns do not go in either.
$other->safe_psql('postgres', 'CREATE DATABASE unstated');
$other->command_fails_like(
	[ 'pg_restore', '-e', '-d', $other->connstr('unstated'), "$directory/$dump{custom}" ],
	qr/ERROR:  column "(?:phone|body)" of table "public\.(?:users|letters)" cannot be used without a purpose/,
	'pg_restore without a purpose is refused');

done_testing();
