# pg_dump and pg_restore with the options that change what is sent: sections,
# tables chosen by name, INSERT in every form, tar, --clean, --disable-triggers;
# and pg_dumpall of a whole cluster.  (dump_restore has the plain ways.)
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

wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
CREATE ROLE app LOGIN;
CREATE ROLE registrar LOGIN;
SELECT wdd.grant_purpose('ads', 'app'), wdd.grant_duty('record_consent', 'registrar');
GRANT SELECT ON users TO app;
-- a key that is generated, a partitioned table, a key to another one, a trigger, a view
CREATE TABLE letters (id integer GENERATED ALWAYS AS IDENTITY, user_id bigint REFERENCES users, body text) PARTITION BY RANGE (id);
CREATE TABLE letters_1 PARTITION OF letters FOR VALUES FROM (0) TO (2);
CREATE TABLE letters_2 PARTITION OF letters FOR VALUES FROM (2) TO (1000);
INSERT INTO letters (user_id, body) VALUES (1, 'dear'), (2, E'hello\n\\.'), (NULL, NULL);
SECURITY LABEL FOR wdd_privacy ON TABLE letters IS 'subject=user_id; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN letters.body IS 'category=contact; purposes=ads, service; if_not_permitted=mask; mask=full';
CREATE VIEW bodies AS SELECT user_id, body FROM letters;
GRANT SELECT ON bodies, letters TO app;
END

# What must be the same: rows, labels, rights, purposes, grants, consents.
my $everything = <<'END';
SET wdd_privacy.purpose = 'backup';
SELECT * FROM users ORDER BY 1;
SELECT tableoid::regclass, * FROM letters ORDER BY id;
SELECT objoid::regclass, objsubid, label FROM pg_seclabel WHERE provider = 'wdd_privacy' ORDER BY objoid::regclass::text, 2;
SELECT relname, relacl FROM pg_class WHERE relname IN ('users', 'letters', 'bodies') ORDER BY 1;
SELECT * FROM wdd.purpose ORDER BY 1;
SELECT * FROM wdd.category ORDER BY 1;
SELECT purpose_id, role, valid_until FROM wdd.purpose_grant ORDER BY 1, 2::text;
SELECT duty, role FROM wdd.duty_grant ORDER BY 1, 2::text;
SELECT person_id, kind_id, key_integer FROM wdd.person ORDER BY 1;
SELECT event_id, person_id, purpose_id, category_id, action, recorded_at FROM wdd.consent_event ORDER BY 1;
SELECT purpose_id, category_id, key_integer, permitted, event_id FROM wdd.consent_state ORDER BY 1, 2, 3;
END
my $expected = $node->safe_psql('postgres', $everything);

sub dump_as
{
	my ($file, @options) = @_;
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=backup';
	$node->command_ok([ 'pg_dump', @options, '-f', "$directory/$file", $node->connstr('postgres') ], "pg_dump @options");
	return;
}

# Is all there, and guarded?
sub same
{
	my ($cluster, $database, $name) = @_;
	is($cluster->safe_psql($database, $everything), $expected, "everything is there: $name");
	my ($out, $err) = run_sql($cluster, $database, 'SELECT phone FROM users');
	like($err, qr/cannot be used without a purpose/, "and guarded: $name");
	is($cluster->safe_psql($database, "SET wdd_privacy.purpose = 'ads'; SELECT phone, body FROM users JOIN letters USING (user_id) ORDER BY 1"), 'p1|dear', "and open to who may: $name");
	return;
}

sub restore
{
	my ($cluster, $database, @arguments) = @_;
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=restore';
	my @command = $arguments[0] =~ /\.sql$/
	  ? ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', map({ ('-f', "$directory/$_") } @arguments), $cluster->connstr($database))
	  : ('pg_restore', '-e', '-d', $cluster->connstr($database), @arguments[ 0 .. $#arguments - 1 ], "$directory/$arguments[-1]");
	$cluster->command_ok(\@command, "restored: @arguments");
	return;
}

# the roles of the cluster, as pg_dumpall gives them
$node->command_ok([ 'pg_dumpall', '--globals-only', '--no-role-passwords', '-f', "$directory/globals.sql", '-d', $node->connstr('postgres') ], 'pg_dumpall --globals-only');
$other->command_ok([ 'psql', '-X', '-q', '-f', "$directory/globals.sql", $other->connstr('postgres') ], 'roles in the other cluster');

my %dumps = (
	'inserts.sql' => ['--inserts'],
	'rows_per_insert.sql' => [ '--rows-per-insert', 2 ],
	'on_conflict.sql' => [ '--column-inserts', '--on-conflict-do-nothing' ],
	'quoted.sql' => [ '--quote-all-identifiers', '--load-via-partition-root', '--no-comments' ],
	'triggers.sql' => ['--disable-triggers', '--serializable-deferrable' ],
	'tar' => [ '-F', 'tar' ],
	'custom' => [ '-F', 'custom', '-Z', 0 ],
	'directory' => [ '-F', 'directory', '-j', 2 ]);
dump_as($_, @{ $dumps{$_} }) for sort keys %dumps;
for my $file (sort keys %dumps)
{
	my $database = 'from_' . $file =~ s/\.sql$//r;
	$other->safe_psql('postgres', "CREATE DATABASE $database TEMPLATE template0");
	restore($other, $database, $file eq 'directory' ? ('-j', 2) : (), $file);
	same($other, $database, $file);
}

# section by section; schema, then data with triggers off
$other->safe_psql('postgres', 'CREATE DATABASE sections; CREATE DATABASE apart; CREATE DATABASE listed');
restore($other, 'sections', "--section=$_", 'custom') for qw(pre-data data post-data);
same($other, 'sections', 'section by section');
restore($other, 'apart', '--schema-only', 'custom');
restore($other, 'apart', '--data-only', '--disable-triggers', 'custom');
my $not_always = "SELECT count(*) FROM pg_trigger WHERE tgrelid::regclass::text ~ '^wdd[.]' AND NOT tgisinternal AND tgenabled <> 'A'";
cmp_ok($other->safe_psql('apart', $not_always), '>', 10, '--disable-triggers leaves triggers that fire in ordinary sessions only');
is($other->safe_psql('apart', "SELECT DISTINCT severity, finding, action FROM wdd.doctor() WHERE object ~ '^trigger .* of table wdd[.]'"),
	'critical|it does not fire, or not always: changes of purposes, grants and consents go unseen|SELECT wdd.refresh_catalog_copy(), as a superuser',
	'which the doctor finds');
$other->safe_psql('apart', 'SELECT wdd.refresh_catalog_copy()');
is($other->safe_psql('apart', $not_always), '0', 'refresh_catalog_copy() lets them fire always');
is($other->safe_psql('apart', "SELECT * FROM wdd.doctor() WHERE object ~ '^trigger .* of table wdd[.]' OR object = 'table wdd.catalog_copy'"), '', 'and the doctor finds nothing more');
is($other->safe_psql('apart', 'SELECT count(*) > 0 AND bool_and(changed_xid = (SELECT max(changed_xid) FROM wdd.consent_state)) FROM wdd.consent_state'),
	't', 'consents are stamped by the transaction that told of them');
same($other, 'apart', 'schema, then data with triggers off, then refresh_catalog_copy()');

# over what is there
{
	restore($other, 'sections', '--clean', '--if-exists', 'custom');
	same($other, 'sections', '--clean --if-exists');
	dump_as('clean.sql', '--clean', '--if-exists');
	restore($other, 'sections', 'clean.sql');
	same($other, 'sections', '--clean --if-exists, plain');
}

# by a list, as pg_restore -l gives it
{
	my ($list) = run_command([ 'pg_restore', '-l', "$directory/custom" ]);
	append_to_file("$directory/list", "$list\n");
	restore($other, 'listed', '-L', "$directory/list", 'custom');
	same($other, 'listed', 'by a list');
}

# one table: its labels come along, and where the extension is, it is protected
{
	dump_as('one', '-F', 'custom', '-t', 'users');
	$other->safe_psql('listed', 'DROP TABLE users CASCADE');
	restore($other, 'listed', 'one');
	my ($out, $err) = run_sql($other, 'listed', 'SELECT phone FROM users');
	like($err, qr/cannot be used without a purpose/, 'one table is as protected as it was');
	is($other->safe_psql('listed', "SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users ORDER BY 1"), "p1\np3", 'with the consents that are there');
	dump_as('others', '-F', 'custom', '-T', 'letters*', '--exclude-table-data', 'users', '-N', 'nowhere');
}

# what is nobody's data needs no purpose: schema, tables without labelled columns, sections before and after the data
for my $options ([ '-s' ], [ '--section=pre-data', '--section=post-data' ], [ '-T', 'users', '-T', 'letters*' ], [ '--exclude-table-data=users', '--exclude-table-data=letters*' ])
{
	$node->command_ok([ 'pg_dump', @$options, '-f', "$directory/none.sql", $node->connstr('postgres') ], "pg_dump @$options, without a purpose");
	unlike(slurp_file("$directory/none.sql"), qr/\bp1\b|dear/, 'and without anybody\'s data');
}

# a whole cluster
{
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=backup';
	$node->command_ok([ 'pg_dumpall', '--no-role-passwords', '-f', "$directory/all.sql", '-d', $node->connstr('postgres') ], 'pg_dumpall');
}
{
	my $third = PostgreSQL::Test::Cluster->new('third');
	$third->init;
	wdd_configure($third, 'fsync = off');
	$third->start;
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=restore';
	my ($out, $err) = run_command([ 'psql', '-X', '-q', '-d', $third->connstr('postgres'), '-f', "$directory/all.sql" ]);
	my @errors = grep { /ERROR/ && !/role "\w+" already exists/ } split /\n/, $err;
	is_deeply(\@errors, [], 'a whole cluster goes into an empty one');
	delete $ENV{PGOPTIONS};
	same($third, 'postgres', 'pg_dumpall');
}

done_testing();
