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
	$cluster->safe_psql('postgres', 'CREATE ROLE app LOGIN; CREATE ROLE registrar LOGIN;');
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
$node->command_ok([ 'pg_dump', '-s', '-f', "$directory/schema.sql", $node->connstr('postgres') ],
	'a schema is nobody\'s data');

my %dump = (plain => 'dump.sql', custom => 'dump.custom', directory => 'dump.dir');
{
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=backup';
	for my $format (sort keys %dump)
	{
		$node->command_ok([ 'pg_dump', '-F', $format, '-f', "$directory/$dump{$format}", $node->connstr('postgres') ],
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
			  : ('pg_restore', '-e', '-d', $target->connstr($format), "$directory/$dump{$format}");
			$target->command_ok(\@command, "restored into $name");
			my $found = $target->safe_psql($format, $everything);
			is($found, $expected, "everything is there: $name");
			my ($out, $err) = run_sql($target, $format, "SET wdd_privacy.purpose = ''; SELECT phone FROM users");
			like($err, qr/cannot be used without a purpose/, "guarded at once: $name");
			is($target->safe_psql($format, "SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users ORDER BY 1"),
				'p1', "and open to who may: $name");
		}
	}
}

# Without the purpose the rows of labelled columns do not go in either.
$other->safe_psql('postgres', 'CREATE DATABASE unstated');
$other->command_fails_like(
	[ 'pg_restore', '-e', '-d', $other->connstr('unstated'), "$directory/$dump{custom}" ],
	qr/ERROR:  column "(?:phone|body)" of table "public\.(?:users|letters)" cannot be used without a purpose/,
	'pg_restore without a purpose is refused');

done_testing();
