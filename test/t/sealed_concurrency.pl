# Keys of persons among many sessions: who is erased is opened nowhere once that
# has committed, whatever a session has begun before; a person gets one key, also
# where two sessions want to make it, or the one that made it goes back; no nonce
# is used twice; parallel workers open what the leader would.
use strict;
use warnings FATAL => 'all';
use MIME::Base64 qw(decode_base64);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);
use WddTest;

my $dir = PostgreSQL::Test::Utils::tempdir;
my $seconds = $ENV{WDD_LONG} ? 30 : 4;

sub write_file
{
	my ($name, $text) = @_;
	open(my $to, '>', "$dir/$name") or die $!;
	print $to $text;
	close $to;
	chmod 0600, "$dir/$name";
	return "$dir/$name";
}

my $keys = write_file('keys', '1 ' . '5a' x 32 . "\n");
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
wdd_configure($node, 'fsync = off', 'autovacuum = off', "wdd_privacy.key_file = '$keys'", 'max_prepared_transactions = 5',
	'max_parallel_workers = 4', 'max_connections = 40');
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_purpose('service', 'contract');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'backup']) p;
CREATE TABLE t (id bigint PRIMARY KEY, person bigint, note wdd.sealed_text, phone wdd.sealed_phone);
CREATE INDEX ON t (person);
SECURITY LABEL FOR wdd_privacy ON TABLE t IS 'subject=person';
SECURITY LABEL FOR wdd_privacy ON COLUMN t.note IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN t.phone IS 'purposes=service';
ALTER DATABASE postgres SET wdd_privacy.purpose = 'service';
CREATE SEQUENCE ids START 1000000;
SQL
$node->safe_psql('postgres', q(INSERT INTO t SELECT i, i % 2000, 'note ' || i, '138' || to_char(i, 'FM00000000') FROM generate_series(0, 39999) i; ANALYZE t));

# ---------------------------------------------------------------------------
# Erasing a person
# ---------------------------------------------------------------------------

my $gone = 'ERROR XX001';
my %session = map { $_ => open_session($node, 'postgres') } qw(plain prepared generic repeatable serializable cursor hold parallel function);
my $parallel = 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2; SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off';
answer($session{prepared}, 'PREPARE s(bigint) AS SELECT wdd.reveal(note) FROM t WHERE id = $1');
answer($session{generic}, 'SET plan_cache_mode = force_generic_plan; PREPARE s(bigint) AS SELECT wdd.reveal(note) FROM t WHERE id = $1');
answer($session{parallel}, $parallel);
like(answer($session{parallel}, 'EXPLAIN SELECT wdd.reveal(note) FROM t WHERE id = 5'), qr/Workers Planned: 2/, 'a plan is parallel');
answer($session{function}, 'CREATE FUNCTION opened(bigint) RETURNS text LANGUAGE plpgsql AS $$ DECLARE v text; BEGIN SELECT wdd.reveal(note) INTO v FROM t WHERE id = $1; RETURN v; END $$');

# How each opens the note of a person's first row.
my %opens = (
	plain        => sub { my ($person) = @_; return answer($session{plain}, "SELECT wdd.reveal(note) FROM t WHERE id = $person") },
	prepared     => sub { my ($person) = @_; return answer($session{prepared}, "EXECUTE s($person)") },
	generic      => sub { my ($person) = @_; return answer($session{generic}, "EXECUTE s($person)") },
	function     => sub { my ($person) = @_; return answer($session{function}, "SELECT opened($person)") },
	parallel     => sub { my ($person) = @_; return answer($session{parallel}, "SELECT wdd.reveal(note) FROM t WHERE id = $person") },
	repeatable   => sub { my ($person) = @_; answer($session{repeatable}, 'SAVEPOINT s'); my $said = answer($session{repeatable}, "SELECT wdd.reveal(note) FROM t WHERE id = $person"); answer($session{repeatable}, 'ROLLBACK TO s'); return $said },
	serializable => sub { my ($person) = @_; answer($session{serializable}, 'SAVEPOINT s'); my $said = answer($session{serializable}, "SELECT wdd.reveal(note) FROM t WHERE id = $person"); answer($session{serializable}, 'ROLLBACK TO s'); return $said },
	cursor       => sub { my ($person) = @_; answer($session{cursor}, 'SAVEPOINT s'); my $said = answer($session{cursor}, "FETCH ABSOLUTE $person FROM c"); answer($session{cursor}, 'ROLLBACK TO s'); return $said });
my @erasures = (
	'DELETE FROM wdd.person WHERE key_integer = %d',
	'DELETE FROM wdd.data_key WHERE person_id = (SELECT person_id FROM wdd.person WHERE key_integer = %d)',
	'BEGIN; SAVEPOINT a; DELETE FROM wdd.person WHERE key_integer = %d; RELEASE a; COMMIT',
	"BEGIN; DELETE FROM wdd.person WHERE key_integer = %d; PREPARE TRANSACTION 'p'; COMMIT PREPARED 'p'",
	'SET session_replication_role = replica; DELETE FROM wdd.person WHERE key_integer = %d');
for my $i (0 .. $#erasures)
{
	my $person = 100 + $i;
	answer($session{$_}, 'BEGIN ISOLATION LEVEL ' . ($_ eq 'serializable' ? 'SERIALIZABLE' : 'REPEATABLE READ') . '; SELECT count(*) FROM t') for qw(repeatable serializable cursor);
	answer($session{cursor}, 'DECLARE c SCROLL CURSOR FOR SELECT wdd.reveal(note) FROM t WHERE id > 0 ORDER BY id; FETCH 1 FROM c');
	my %before = map { $_ => $opens{$_}->($person) } grep { $_ ne 'cursor' } keys %opens;
	is_deeply(\%before, { map { $_ => "note $person" } grep { $_ ne 'cursor' } keys %opens }, "erasure $i: everybody opens the value");
	$node->safe_psql('postgres', sprintf($erasures[$i], $person));
	my %after = map { $_ => $opens{$_}->($person) } keys %opens;
	is_deeply(\%after, { map { $_ => $gone } keys %opens }, "erasure $i: and nobody once it has committed") or diag explain \%after;
	is($opens{$_}->($person + 50), 'note ' . ($person + 50), "erasure $i: others open: $_") for grep { $_ ne 'cursor' } keys %opens;
	answer($session{$_}, 'ROLLBACK') for qw(repeatable serializable cursor);
}
# an erasure that is rolled back
my $eraser = open_session($node, 'postgres');
answer($eraser, 'BEGIN; DELETE FROM wdd.person WHERE key_integer = 200');
is(answer($eraser, 'SAVEPOINT s; SELECT wdd.reveal(note) FROM t WHERE id = 200'), $gone, 'who erases does not open it either');
is($opens{plain}->(200), 'note 200', 'others do, until it commits');
answer($eraser, 'ROLLBACK');
is(answer($eraser, 'SELECT wdd.reveal(note) FROM t WHERE id = 200'), 'note 200', 'rolled back: it opens');

# A statement that runs meanwhile: what it has not reached does not open.
my $slow = open_session($node, 'postgres');
answer($slow, q(CREATE FUNCTION wait_at(bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN IF $1 = 300 THEN PERFORM pg_advisory_xact_lock(77); END IF; RETURN $1; END $$));
for my $how ('SET max_parallel_workers_per_gather = 0', $parallel)
{
	my $person = $how eq $parallel ? 311 : 310;
	my $lock = open_session($node, 'postgres');
	answer($lock, 'SELECT pg_advisory_lock(77)');
	$slow->query_until(qr/started/, "$how;\n\\echo started\nSELECT wait_at(id), wdd.reveal(note) FROM t WHERE id >= 300 ORDER BY id;\n");
	$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") or die;
	$node->safe_psql('postgres', "DELETE FROM wdd.person WHERE key_integer = $person");
	answer($lock, 'SELECT pg_advisory_unlock(77)');
	my $said = answer($slow, 'SELECT 1');
	unlike($said, qr/note $person\b/, 'a statement that has begun does not show it') or diag substr($said, 0, 300);
	$lock->quit;
}
$_->quit for values %session, $eraser, $slow;

# ---------------------------------------------------------------------------
# The first key of a person
# ---------------------------------------------------------------------------

my ($one, $two) = map { open_session($node, 'postgres') } 1 .. 2;

# Both store for the person; the second waits for what the first does.
sub both_make
{
	my ($person, $end, $isolation) = @_;
	answer($one, "BEGIN; INSERT INTO t VALUES ($person, $person, 'of one', NULL)");
	answer($two, "BEGIN ISOLATION LEVEL $isolation; SELECT count(*) FROM t WHERE id < 5");
	$two->query_until(qr/started/, "\\echo started\nINSERT INTO t VALUES ($person + 1, $person, 'of two', NULL);\n");
	$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'") or die;
	answer($one, $end);
	answer($two, 'COMMIT');
	return $node->safe_psql('postgres', "SELECT string_agg(wdd.reveal(note), ', ' ORDER BY id) FROM t WHERE person = $person") . ' / '
	  . answer($one, "SELECT string_agg(wdd.reveal(note), ', ' ORDER BY id) FROM t WHERE person = $person") . ' / '
	  . answer($two, "SELECT string_agg(wdd.reveal(note), ', ' ORDER BY id) FROM t WHERE person = $person");
}
is(both_make(50000, 'COMMIT', 'READ COMMITTED'), 'of one, of two / of one, of two / of one, of two', 'two make a first key: one key, both rows open everywhere');
is(both_make(50010, 'ROLLBACK', 'READ COMMITTED'), 'of two / of two / of two', 'the first goes back: the second makes it');
is(both_make(50020, 'COMMIT', 'REPEATABLE READ'), 'of one / of one / of one', 'REPEATABLE READ: the second is told to try again');
is(both_make(50030, 'ROLLBACK', 'SERIALIZABLE'), 'of two / of two / of two', 'SERIALIZABLE, and the first goes back');

# Where the one that made it goes back, another key counts from then on.
answer($one, "BEGIN; INSERT INTO t VALUES (50100, 50100, 'lost', NULL); ROLLBACK");
answer($two, "INSERT INTO t VALUES (50101, 50100, 'of two', NULL)");
answer($one, "INSERT INTO t VALUES (50102, 50100, 'of one', NULL)");
is(answer($two, 'SELECT string_agg(wdd.reveal(note), $$, $$ ORDER BY id) FROM t WHERE person = 50100'), 'of two, of one', 'a key that was rolled back is not used again');
answer($one, "BEGIN; SAVEPOINT s; INSERT INTO t VALUES (50110, 50110, 'lost', NULL); ROLLBACK TO s; INSERT INTO t VALUES (50111, 50110, 'of one', NULL); COMMIT");
is(answer($two, 'SELECT wdd.reveal(note) FROM t WHERE person = 50110'), 'of one', 'nor one of a savepoint');
answer($one, "BEGIN; INSERT INTO t VALUES (50120, 50120, 'lost', NULL); PREPARE TRANSACTION 'p'");
answer($one, "SET lock_timeout = '200ms'");
like(answer($one, "INSERT INTO t VALUES (50121, 50120, 'early', NULL)"), qr/ERROR 55P03/, 'a key of a prepared transaction is not used before that commits');
answer($one, "RESET lock_timeout; ROLLBACK PREPARED 'p'");
answer($one, "INSERT INTO t VALUES (50122, 50120, 'of one', NULL)");
is(answer($two, 'SELECT wdd.reveal(note) FROM t WHERE person = 50120'), 'of one', 'nor after it has been rolled back');
answer($one, "BEGIN; INSERT INTO t VALUES (50130, 50130, 'prepared', NULL); PREPARE TRANSACTION 'p'; COMMIT PREPARED 'p'; INSERT INTO t VALUES (50131, 50130, 'later', NULL)");
is(answer($two, 'SELECT string_agg(wdd.reveal(note), $$, $$ ORDER BY id) FROM t WHERE person = 50130'), 'prepared, later', 'one of a prepared transaction that commits is');

# erased while another session stores for the person
answer($one, "BEGIN; INSERT INTO t VALUES (50140, 150, 'of one', NULL)");
$node->safe_psql('postgres', 'DELETE FROM wdd.person WHERE key_integer = 150');
answer($one, "INSERT INTO t VALUES (50141, 150, 'after', NULL); COMMIT");
is(answer($two, 'SELECT wdd.reveal(note) FROM t WHERE id = 50140'), $gone, 'what was sealed before an erasure that committed first is gone');
is(answer($two, 'SELECT wdd.reveal(note) FROM t WHERE id = 50141'), 'after', 'what was sealed after it has a new key');
$_->quit for $one, $two;

# ---------------------------------------------------------------------------
# Many sessions at once
# ---------------------------------------------------------------------------

my $store = write_file('store.sql', <<'SQL');
\set person random(60000, 60500)
INSERT INTO t SELECT nextval('ids'), :person, 'stored', '13612341234' FROM generate_series(1, 5);
SQL
my $read = write_file('read.sql', <<'SQL');
\set id random(1000, 1999)
SELECT wdd.reveal(note) FROM t WHERE id = :id;
SQL
write_file('keys', '1 ' . '5a' x 32 . "\n2 " . 'a5' x 32 . "\n");
my $rotation = write_file('rotate.sql', "SELECT wdd.rotate_epoch(200);\n");
my @running = map { my ($script, @options) = @$_; my ($in, $out) = ('', '');
	{ out => \$out, script => $script, run => IPC::Run::start([ 'pgbench', '-n', '-T', $seconds, @options, '-f', $script, $node->connstr('postgres') ], \$in, '>&', \$out) } }
  ([ $store, '-c', 4 ], [ $read, '-c', 2 ], [ $read, '-c', 1, '-C' ], [ $rotation, '-c', 1, '-R', 20 ]);
for my $it (@running)
{
	$it->{run}->finish;
	my $aborted = () = ${ $it->{out} } =~ /aborted|ERROR/g;
	is($aborted, 0, ($it->{script} =~ m{([a-z]+)\.sql})[0] . ': no error') or diag ${ $it->{out} };
}
my $stored = $node->safe_psql('postgres', q(SELECT count(wdd.reveal(note)) FROM t WHERE person >= 60000));
cmp_ok($stored, '>', 500, "$stored values were stored by four sessions, and open");
is($node->safe_psql('postgres', q(SELECT count(*) = count(DISTINCT k.person_id) FROM wdd.person p JOIN wdd.data_key k USING (person_id) WHERE p.key_integer >= 60000)), 't', 'one key a person');
is($node->safe_psql('postgres', 'SELECT sum(wdd.rotate_epoch(100000)) IS NOT NULL, (SELECT count(*) FROM wdd.data_key WHERE epoch = 1) FROM generate_series(1, 1)') =~ s/^t\|//r, '0', 'keys were rewrapped meanwhile')
  or diag $node->safe_psql('postgres', 'SELECT epoch, count(*) FROM wdd.data_key GROUP BY 1');

# No two values, and no two keys, have one nonce.
my %seen;
my $n = 0;
for my $line (split /\n/, $node->safe_psql('postgres', q(SET wdd_privacy.purpose = 'backup'; SELECT note, phone FROM t)))
{
	for my $armour (grep { length } split /\|/, $line)
	{
		my $bytes = decode_base64(substr($armour, 5));
		$seen{ substr($bytes, 20 + (ord(substr($bytes, 1, 1)) & 1 ? 17 : 0), 24) }++;
		$n++;
	}
}
for my $nonce (split /\n/, $node->safe_psql('postgres', q(SELECT encode(substr(wrapped, 1, 24), 'hex') FROM wdd.data_key)))
{
	$seen{ pack('H*', $nonce) }++;
	$n++;
}
is(scalar keys %seen, $n, "$n nonces, each of its own");

# ---------------------------------------------------------------------------
# Parallel workers
# ---------------------------------------------------------------------------

my $sum = q(SELECT count(wdd.reveal(note)), sum(hashtext(wdd.reveal(phone))) FROM t WHERE id < 40000 AND person >= 1000);
my ($serial) = $node->safe_psql('postgres', "SET max_parallel_workers_per_gather = 0; $sum");
is($node->safe_psql('postgres', "$parallel; $sum"), $serial, 'parallel workers open what the leader opens');
is($node->safe_psql('postgres', "$parallel; SET parallel_leader_participation = off; $sum"), $serial, 'also alone');
like($node->safe_psql('postgres', "$parallel; EXPLAIN (ANALYZE, TIMING OFF) $sum"), qr/Workers Launched: [12]/, 'they are launched');
my %took;
for my $round (1 .. 3)
{
	for my $how (qw(serial parallel))
	{
		my $begin = time;
		$node->safe_psql('postgres', ($how eq 'serial' ? 'SET max_parallel_workers_per_gather = 0' : $parallel) . "; $sum; $sum; $sum");
		my $t = time - $begin;
		$took{$how} = $t if !$took{$how} || $t < $took{$how};
	}
}
note sprintf 'summary: three scans that reveal 20,000 rows twice: serial %.0f ms, parallel %.0f ms', map { 1000 * $took{$_} } qw(serial parallel);

done_testing();
