# Where plaintext of sealed columns must not be: everywhere but in an answer.
# Values go in by literal, parameter and COPY; then files of the data directory,
# WAL, a base backup, dumps, temporary files, statistics and the server's log are
# searched for them, and a core file for keys.  Each time the values of a plain
# table are found in the same place, or the search shows nothing.
use strict;
use warnings FATAL => 'all';
use IPC::Run ();
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddProtocol;
use WddTest;

my $dir = PostgreSQL::Test::Utils::tempdir;
my $master = join('', map { sprintf '%02x', ($_ * 73 + 19) % 256 } 0 .. 31);
open(my $keys, '>', "$dir/keys") or die $!;
print $keys "1 $master\n";
close $keys;
chmod 0600, "$dir/keys";

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1);
wdd_configure($node, 'fsync = off', 'autovacuum = off', "wdd_privacy.key_file = '$dir/keys'", 'wal_keep_size = 1GB',
	'log_statement = all', 'log_min_duration_statement = 0', 'log_min_error_statement = info', 'log_error_verbosity = verbose',
	'restart_after_crash = on', 'wal_compression = off', 'full_page_writes = on');
$node->start;

# "one" is the sealed table, "two" the plain one: the same columns, values of its own.
$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_purpose('service', 'contract');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'backup', 'restore']) p;
CREATE TABLE one (id bigint PRIMARY KEY, n integer CHECK (n > 0), phone wdd.sealed_phone(suffix) UNIQUE, note wdd.sealed_text, card wdd.sealed_id_card, long wdd.sealed_text);
CREATE INDEX one_by_card ON one USING hash (card);
CREATE INDEX one_last_four ON one USING hash (phone wdd.sealed_phone_last_four_ops);
CREATE TABLE two (id bigint PRIMARY KEY, n integer CHECK (n > 0), phone text UNIQUE, note text, card text, long text);
CREATE INDEX two_by_card ON two (card);
ALTER TABLE two ALTER long SET STORAGE EXTERNAL;
SECURITY LABEL FOR wdd_privacy ON TABLE one IS 'subject=id';
DO \$\$ DECLARE c text; BEGIN
    FOREACH c IN ARRAY '{phone,note,card,long}'::text[] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN one.%I IS %L', c, 'purposes=service');
    END LOOP;
END \$\$;
ALTER DATABASE postgres SET wdd_privacy.purpose = 'service';
SQL

# ---------------------------------------------------------------------------
# Markers: by table, the values that are searched for
# ---------------------------------------------------------------------------

my %markers = (one => [], two => []);
my $n = 0;

sub check_digit
{
	my ($first) = @_;
	my $sum = 0;
	$sum += substr($first, $_, 1) * (2**(17 - $_) % 11) for 0 .. 16;
	return $first . (qw(1 0 X 9 8 7 6 5 4 3 2))[ $sum % 11 ];
}

# A row's values: all markers.  The last of identity numbers' characters depends on the others.
sub new_row
{
	my ($table) = @_;
	$n++;
	my @values = (sprintf('1%d%08d', $table eq 'one' ? 39 : 38, 71234500 + $n), "Wdd${table}Note$n",
		check_digit(sprintf '%s19%02d0101%03d', $table eq 'one' ? '110105' : '440524', 40 + $n % 50, 100 + $n), "Wdd${table}Long$n" . 'q' x 9000);
	push @{ $markers{$table} }, @values[ 0 .. 2 ], "Wdd${table}Long$n";
	return ($n, @values);
}

# How many of the table's markers, and which, the files at these paths hold.
sub found_in
{
	my ($table, @paths) = @_;
	open(my $to, '>', "$dir/markers") or die $!;
	print $to map { "$_\n" } @{ $markers{$table} };
	close $to;
	my $out = '';
	IPC::Run::run([ 'grep', '-rahoF', '-f', "$dir/markers", @paths ], \undef, \$out);
	my %found = map { $_ => 1 } split /\n/, $out;
	my @sorted = sort keys %found;
	return @sorted;
}

# Nothing of the sealed table is there, but of the plain one: so much of each kind of value.
sub nowhere
{
	my ($name, $expected, @paths) = @_;
	is_deeply([ found_in('one', @paths) ], [], "$name: nothing of what is sealed");
	cmp_ok(scalar found_in('two', @paths), '>=', $expected, "$name: plain values are found");
	return;
}

sub text_is_clean
{
	my ($name, $text, $expected) = @_;
	open(my $to, '>', "$dir/text") or die $!;
	print $to $text;
	close $to;
	return nowhere($name, $expected, "$dir/text");
}

# ---------------------------------------------------------------------------
# Values go in
# ---------------------------------------------------------------------------

my $client = WddProtocol->new($node, user => $node->safe_psql('postgres', 'SELECT session_user'), database => 'postgres');
for my $table (qw(one two))
{
	for my $way (1 .. 3)
	{
		my ($id, @values) = new_row($table);
		$node->safe_psql('postgres', "INSERT INTO $table VALUES ($id, 1, " . join(', ', map { "'$_'" } @values) . ')');
		($id, @values) = new_row($table);
		$client->parse_bind('', "INSERT INTO $table VALUES (\$1, 1, \$2, \$3, \$4, \$5)", 0, $id, @values)->execute('');
		is($client->sync, 'INSERT 0 1', "$table: parameters");
		($id, @values) = new_row($table);
		$node->safe_psql('postgres', "COPY $table FROM stdin;\n" . join("\t", $id, 1, @values) . "\n\\.\n");
	}
	my ($id, @values) = new_row($table);
	my $literals = join(', ', map { "'$_'" } @values);
	$node->safe_psql('postgres', "PREPARE s AS INSERT INTO $table VALUES (\$1, 1, \$2, \$3, \$4, \$5); EXECUTE s($id, $literals);
		UPDATE $table SET note = '$values[1]' WHERE phone = '$values[0]'; SELECT FROM $table WHERE card = '$values[2]';
		BEGIN; DELETE FROM $table WHERE phone = '$values[0]'; ROLLBACK");
	# what fails
	my (undef, @others) = new_row($table);
	for my $sql (
		"INSERT INTO $table VALUES ($id, 1, " . join(', ', map { "'$_'" } @others) . ')',
		"INSERT INTO $table VALUES ($id + 1000, 1, '$values[0]', '$others[1]', '$others[2]', NULL)",
		"INSERT INTO $table VALUES ($id + 1000, 0, $literals)",
		"UPDATE $table SET n = 0 WHERE phone = '$values[0]'",
		"INSERT INTO $table (id, phone) VALUES ('$others[1]', '$others[0]')",
		"SELECT 1 / (n - n) FROM $table WHERE phone = '$values[0]'",
		"COPY $table FROM stdin;\n$id\t1\t$others[0]\t$others[1]\t$others[2]\t\\N\n\\.\n",
		"COPY $table FROM stdin;\n9999\tx\t$others[0]\t$others[1]\t$others[2]\t\\N\n\\.\n")
	{
		my (undef, $err) = run_sql($node, 'postgres', $sql);
		like($err, qr/ERROR/, "$table: " . substr($sql, 0, 20) . ' fails');
	}
	$client->parse_bind('', "INSERT INTO $table VALUES (\$1, 1, \$2, \$3, \$4, \$5)", 0, $id, @others)->execute('');
	like($client->sync, qr/ERROR 23505/, "$table: parameters of what fails");
}
is($node->safe_psql('postgres', 'SELECT count(wdd.reveal(phone)), sum(length(wdd.reveal(long))) > 90000 FROM one'), '10|t', 'values are there');
$node->safe_psql('postgres', 'ANALYZE one, two; CHECKPOINT; SELECT pg_switch_wal()');

# ---------------------------------------------------------------------------
# Where it must not be
# ---------------------------------------------------------------------------

my $data = $node->data_dir;
nowhere('heap, indexes and TOAST', 40, "$data/base");
nowhere('WAL', 40, "$data/pg_wal");
nowhere('data directory', 40, $data);
$node->backup('base');
nowhere('base backup', 40, $node->backup_dir . '/base');
nowhere(q(server's log), 20, $node->logfile);
text_is_clean('pg_stats', $node->safe_psql('postgres', q(SELECT s::text FROM pg_stats s WHERE tablename IN ('one', 'two'))), 20);
text_is_clean('pg_statistic', $node->safe_psql('postgres', q(SELECT s::text FROM pg_statistic s WHERE starelid IN ('one'::regclass, 'two'::regclass))), 20);
text_is_clean('pg_stat_activity', $node->safe_psql('postgres', q(SELECT query FROM pg_stat_activity)) . $markers{two}[0], 1);
{
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=backup';
	my $connection = $node->connstr('postgres');
	$node->command_ok([ 'pg_dump', '-f', "$dir/plain.sql", $connection ], 'pg_dump');
	nowhere('plain dump', 40, "$dir/plain.sql");
	$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/custom.dump", $connection ], 'pg_dump -Fc');
	$node->command_ok([ 'pg_restore', '-f', "$dir/custom.sql", "$dir/custom.dump" ], 'pg_restore -f');
	nowhere('custom dump', 40, "$dir/custom.sql");
	text_is_clean('COPY TO', $node->safe_psql('postgres', "SET wdd_privacy.purpose = 'backup'; COPY one TO STDOUT; COPY two TO STDOUT"), 40);
}

# Temporary files of queries that wait: 100,000 rows do not fit in memory.
push @{ $markers{one} }, 'WddSpillOne';
push @{ $markers{two} }, 'WddSpillTwo';
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE spill_one (id bigint, person bigint, note wdd.sealed_text, phone wdd.sealed_phone);
CREATE TABLE spill_two (id bigint, person bigint, note text, phone text);
SECURITY LABEL FOR wdd_privacy ON TABLE spill_one IS 'subject=person';
SECURITY LABEL FOR wdd_privacy ON COLUMN spill_one.note IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN spill_one.phone IS 'purposes=service';
INSERT INTO spill_one SELECT i, i % 50, 'WddSpillOne' || i, '138' || to_char(i, 'FM00000000') FROM generate_series(1, 100000) i;
INSERT INTO spill_two SELECT i, i % 50, 'WddSpillTwo' || i, '138' || to_char(i, 'FM00000000') FROM generate_series(1, 100000) i;
ANALYZE spill_one, spill_two;
CREATE VIEW v_spill_one WITH (security_invoker) AS SELECT id, person, wdd.reveal(note) AS note FROM spill_one;
CREATE VIEW v_spill_two AS SELECT * FROM spill_two;
SQL
nowhere('data directory, with a long table', 1, $data);
my %queries = (
	'sort'                       => 'SELECT id, REVEAL(note) FROM TABLE ORDER BY person, id DESC',
	'sort of an expression'      => q(SELECT id, REVEAL(note) || '.' FROM TABLE ORDER BY person, id DESC),
	'sort of a view'             => 'SELECT id, note FROM v_TABLE ORDER BY person, id DESC',
	'sort of a view upon it'     => 'SELECT w.note FROM (SELECT * FROM v_TABLE) w ORDER BY w.person, w.id DESC',
	'sort of sealed values'      => 'SELECT REVEAL(note) FROM TABLE ORDER BY phone',
	'hash join'                  => 'SELECT REVEAL(a.note), REVEAL(b.note) FROM TABLE a JOIN TABLE b USING (id)',
	'hash join of sealed values' => 'SELECT REVEAL(a.note), REVEAL(b.note) FROM TABLE a JOIN TABLE b ON a.phone = b.phone',
	'window'                     => 'SELECT REVEAL(note), count(*) OVER (PARTITION BY person % 2) FROM TABLE',
	'materialized'               => 'WITH x AS MATERIALIZED (SELECT id, person, note FROM TABLE) SELECT REVEAL(x.note) FROM x ORDER BY x.person, x.id');
for my $name (sort keys %queries)
{
	for my $table (qw(one two))
	{
		my $sql = $queries{$name} =~ s/TABLE/spill_$table/gr =~ s/REVEAL/$table eq 'one' ? 'wdd.reveal' : ''/gre;
		my $session = WddProtocol->new($node, user => $node->safe_psql('postgres', 'SELECT session_user'), database => 'postgres',
			options => '-c work_mem=64kB -c max_parallel_workers_per_gather=0 -c enable_mergejoin=off -c enable_nestloop=off');
		$session->query('BEGIN');
		like($session->parse_bind('p', $sql, 0)->execute('p', 1)->flush_until('s'), qr/suspended/, "$name of $table runs");
		my @files = glob("$data/base/pgsql_tmp/*");
		cmp_ok(scalar @files, '>', 0, "$name of $table: there are temporary files");
		my @found = found_in($table, "$data/base/pgsql_tmp");
		is(scalar @found, $table eq 'one' ? 0 : 1, "$name of $table: " . ($table eq 'one' ? 'they hold nothing of it' : 'they hold plain values'));
	}
}


# ---------------------------------------------------------------------------
# Keys in a core file
# ---------------------------------------------------------------------------

SKIP:
{
	skip 'python3-nacl is not there', 1 if system('/usr/bin/python3 -c "import nacl" 2>/dev/null') != 0;
	my @rows = map { my ($person, $epoch, $wrapped) = split /\|/; [ $person, $epoch + 0, $wrapped ] }
	  split /\n/, $node->safe_psql('postgres', q(SELECT person_id, epoch, encode(wrapped, 'hex') FROM wdd.data_key));
	my ($in, $out) = (JSON::PP::encode_json({ masters => { 1 => $master }, data_keys => \@rows, all_keys => 1 }));
	IPC::Run::run([ '/usr/bin/python3', 'test/vectors/sealed_values.py' ], \$in, \$out) or die;
	my @secrets = @{ JSON::PP::decode_json($out)->{keys} };
	cmp_ok(scalar @secrets, '>', 55, 'master key, keys derived from it, data keys');

	# a session that has sealed, opened, made keys and searched
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	my $control = sprintf '%064x', 12345678987654321;
	answer($session, "SET wdd.control = '$control'");
	answer($session, 'SELECT wdd.reload_keys()');
	answer($session, "INSERT INTO one (id, n, phone, note, card) VALUES (5000, 1, '13612341234', 'x', '11010519491231002X')");
	is(answer($session, "SELECT wdd.reveal(phone) FROM one WHERE phone = '13612341234' AND phone *= '1234'"), '13612341234', 'keys are in use');
	is(answer($session, 'SELECT count(wdd.reveal(note)) FROM spill_one'), '100000', 'those of many persons');
	my $pid = answer($session, 'SELECT pg_backend_pid()');

	# the kernel's own core file where it puts one beside the data, else gdb's
	my $core;
	my $pattern = -r '/proc/sys/kernel/core_pattern' ? slurp_file('/proc/sys/kernel/core_pattern') : '';
	if ($pattern =~ /^core(?:\.%p)?\s*$/ && system("prlimit --pid $pid --core=unlimited 2>/dev/null") == 0)
	{
		kill 'SEGV', $pid;
		$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid");
		($core) = grep { -s } "$data/core", "$data/core.$pid";
	}
	if (!$core && system('which gcore >/dev/null 2>&1') == 0)
	{
		system("gcore -o $dir/core $pid >$dir/gcore.out 2>&1");
		($core) = grep { -s } "$dir/core.$pid";
	}
	eval { $session->quit };
	skip 'no core file can be had', 1 unless $core;
	note "core file of " . (-s $core) . " bytes: $core";

	my $dump = slurp_file($core);
	cmp_ok(index($dump, $control), '>=', 0, 'the core file holds what is in ordinary memory');
	my $lower = lc $dump;
	my @there = grep { index($dump, pack('H*', $_->[1])) >= 0 || index($lower, $_->[1]) >= 0 } @secrets;
	is_deeply([ map { $_->[0] } @there ], [], 'and none of the keys');
	unlink $core;
}

done_testing();
