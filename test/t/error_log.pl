# What the server's log says of errors over protected rows: SQLSTATE and place,
# but no value, in DETAIL and CONTEXT neither.  STATEMENT, which redact.pl looks
# at, is off.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
wdd_configure($node, 'fsync = off', 'log_min_error_statement = panic', "log_line_prefix = '%e '", 'log_statement = none');
$node->start;
wdd_sample($node, 'postgres');
my $value = '13900000666';
$node->safe_psql('postgres', <<"END");
CREATE TABLE people (user_id bigint PRIMARY KEY, phone varchar(20) CHECK (phone <> 'never' AND length(phone) < 15), n integer NOT NULL DEFAULT 0, day integer,
	UNIQUE (phone), UNIQUE (day, phone) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE plain (LIKE people INCLUDING ALL);
SECURITY LABEL FOR wdd_privacy ON TABLE people IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN people.phone IS 'category=contact; purposes=ads, service';
SET wdd_privacy.purpose = 'service';
INSERT INTO people VALUES (1, '$value', 1, 1);
INSERT INTO plain VALUES (1, '$value', 1, 1);
END
my $directory = PostgreSQL::Test::Utils::tempdir;
my %file = (
	column => "2\tx\tx$value\t1\n",
	check => "2\t0000$value\t1\t1\n",
	unique => "2\t$value\t1\t2\n",
	short => "2\t$value\n",
	refused => "2\t$value\t1\t1\n");
append_to_file("$directory/$_", $file{$_}) for keys %file;

# Each: name, SQLSTATE, what the log must say, statements over TABLE.
my @cases = (
	[ 'a violated check', '23514', qr/violates check constraint/, "UPDATE TABLE SET phone = phone || '0000' WHERE user_id = 1" ],
	[ 'a duplicate key', '23505', qr/duplicate key value/, "INSERT INTO TABLE SELECT 2, '$value', 1, 1" ],
	[ 'a null', '23502', qr/null value in column "n"/, 'UPDATE TABLE SET n = NULL' ],
	[ 'a cast', '22P02', qr/invalid input syntax/, q{SELECT ('x' || phone)::bigint FROM TABLE} ],
	[ 'a deferred constraint at COMMIT', '23505', qr/duplicate key value/,
		"BEGIN; ALTER TABLE TABLE DROP CONSTRAINT TABLE_phone_key; INSERT INTO TABLE SELECT 3, '$value', 1, 1; COMMIT" ],
	[ 'COPY, a value', '22P02', qr/COPY TABLE, line 1\n/, "COPY TABLE FROM '$directory/column'" ],
	[ 'COPY, a check', '23514', qr/COPY TABLE, line 1\n/, "COPY TABLE FROM '$directory/check'" ],
	[ 'COPY, a key', '23505', qr/COPY TABLE, line 1\n/, "COPY TABLE FROM '$directory/unique'" ],
	[ 'COPY, a short line', '22P04', qr/COPY TABLE, line 1\n/, "COPY TABLE FROM '$directory/short'" ],
	[ 'a conversion', '22P02', qr/invalid input syntax/, q{ALTER TABLE TABLE ADD CHECK (('x' || phone)::bigint > 0)} ],
	[ 'an index', '22P02', qr/invalid input syntax/, q{CREATE INDEX ON TABLE ((('x' || phone)::bigint))} ]);

# The log of statements over a table.
sub log_of
{
	my ($table, $sql) = @_;
	my $begin = -s $node->logfile;
	run_sql($node, 'postgres', "SET wdd_privacy.purpose = 'service'; " . $sql =~ s/\bTABLE(?=_| FROM| SET| SELECT| DROP| ADD| \(\(|;|$)/$table/gr =~ s/INTO TABLE/INTO $table/r);
	return slurp_file($node->logfile, $begin);
}

for my $case (@cases)
{
	my ($name, $sqlstate, $says, $sql) = @$case;
	my $log = log_of('people', $sql);
	(my $expected = "$says") =~ s/TABLE/people/;
	like($log, qr/^$sqlstate ERROR: /m, "$name is logged with its SQLSTATE");
	like($log, qr/$expected/, "and what it is: $name");
	unlike($log, qr/$value/, "without the value: $name");
	like(log_of('plain', $sql), qr/$value|null value/, "which the log of a table without label has: $name");
}

# Our own refusals, and what is no error but is logged while COPY runs.
my $begin = -s $node->logfile;
run_sql($node, 'postgres', "SET wdd_privacy.purpose = ''; COPY people FROM '$directory/refused'");
my $log = slurp_file($node->logfile, $begin);
like($log, qr/^42501 ERROR: .*COPY people, line 1\n/ms, 'a refusal within COPY');
unlike($log, qr/$value/, 'without the line');
$node->safe_psql('postgres', <<'END');
CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'warned'; RETURN NEW; END $$;
CREATE FUNCTION warn_default() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'warned'; RETURN 1; END $$;
ALTER TABLE people ALTER n SET DEFAULT warn_default(), ALTER day SET DEFAULT 9;
ALTER TABLE plain ALTER n SET DEFAULT warn_default(), ALTER day SET DEFAULT 9;
END
for my $table ('people', 'plain')
{
	$begin = -s $node->logfile;
	run_sql($node, 'postgres', "SET wdd_privacy.purpose = 'service'; BEGIN; DELETE FROM $table; COPY $table (user_id, phone) FROM '$directory/short'; ROLLBACK");
	$log = slurp_file($node->logfile, $begin);
	like($log, $table eq 'people' ? qr/WARNING:  <redacted: uses protected data>/ : qr/WARNING:  warned/, "a warning within COPY: $table");
	$table eq 'people' ? unlike($log, qr/$value/, 'is logged without the line') : like($log, qr/$value/, 'which others show');
}

# Place in the source, which log_error_verbosity=verbose adds, is PostgreSQL's.
$begin = -s $node->logfile;
run_sql($node, 'postgres', "SET log_error_verbosity = verbose; SET wdd_privacy.purpose = 'service'; SELECT ('x' || phone)::bigint FROM people");
like(slurp_file($node->logfile, $begin), qr/LOCATION:  \w+, (?:int8|numutils)\.c:\d+/, 'an error tells where it was raised');

done_testing();
