# Sealed values in binary form: parameters, results, COPY, arrays; and input and
# receive functions fed with bytes that are damaged at random (WDD_SEED repeats a
# run, WDD_LONG makes it a hundred times longer).
use strict;
use warnings FATAL => 'all';
use MIME::Base64;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddProtocol;
use WddTest;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
wdd_configure($node, 'fsync = off', 'log_error_verbosity = verbose',
	"wdd_privacy.key_command = 'echo 1 " . ('0123456789abcdef' x 4) . "'");
$node->start;
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
CREATE ROLE app LOGIN;
CREATE TABLE sealed (id bigint PRIMARY KEY, phone wdd.sealed_phone(suffix) UNIQUE, note wdd.sealed_text(searchable, pad16), numbers wdd.sealed_phone[]);
SECURITY LABEL FOR wdd_privacy ON TABLE sealed IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON COLUMN sealed.phone IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN sealed.note IS 'category=contact; purposes=ads, service';
SECURITY LABEL FOR wdd_privacy ON COLUMN sealed.numbers IS 'category=contact; purposes=ads, service';
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON sealed TO app;
SELECT wdd.grant_purpose(p, 'app') FROM unnest(ARRAY['service', 'restore', 'backup']) p;
END
my $p = WddProtocol->new($node, user => 'app', database => 'postgres');

# Run with parameters in binary form; results in this format.
sub binary
{
	my ($sql, $format, @values) = @_;
	$p->parse('', $sql);
	$p->message('B', "\0\0" . pack('nn', 1, 1) . pack('n', scalar @values) .
		join('', map { pack('N/a*', $_) } @values) . pack('nn', 1, $format));
	return $p->execute('')->sync;
}
sub simple { my ($sql) = @_; return $p->query($sql) =~ s/\Adescribed \d+, //r }
sub value { my ($answer) = @_; return $answer =~ s/, SELECT 1\z//r }

$p->query("SET wdd_privacy.purpose = 'service'");
$p->query("INSERT INTO sealed VALUES (1, '13800138001', 'first', '{13800138001,NULL}'), (2, '13800138002', 'second', NULL)");

# results and parameters
my $bytes = value($p->parse_bind('', 'SELECT phone FROM sealed WHERE id = 1', 1)->execute('')->sync);
my $armour = value(simple('SELECT phone FROM sealed WHERE id = 1'));
is(length $bytes, 20 + 17 + 8 + 24 + 11 + 16, 'a binary result has the bytes of the envelope');
is('wdd1:' . encode_base64($bytes, ''), $armour, 'which are those that armour has');
is(substr($bytes, 0, 2), "\1\x09", 'version, and flags of a search token and one of the last digits');
is(binary('UPDATE sealed SET phone = $1 WHERE id = 1', 0, $bytes), 'UPDATE 1', 'they are taken as a binary parameter, into their own row');
is(binary('UPDATE sealed SET phone = $1 WHERE id = 2', 0, $bytes), 'ERROR XX001', 'and not into another');
is(binary('SELECT id FROM sealed WHERE phone = $1', 0, $bytes), '1, SELECT 1', 'and find their row');
is(binary('INSERT INTO sealed (id, phone) VALUES (3, $1)', 0, '13800138003'), 'ERROR 22P03', 'plaintext is no binary value');
is(binary('SELECT id FROM sealed WHERE phone = $1', 0, '13800138001'), 'ERROR 22P03', 'not in a search either');
my $log = slurp_file($node->logfile);
like($log, qr/22P03: invalid sealed value for type/, 'the log has the error');
unlike($log, qr/13800138003|STATEMENT:.*sealed_phone/, 'and no value');
my $unbound = value($p->parse_bind('', 'SELECT $1::wdd.sealed_phone', 1, '138-0013-8002')->execute('')->sync);
is(length $unbound, 20 + 24 + 11 + 16, 'what is made of plaintext has no token when it is sent');
is(binary('SELECT id FROM sealed WHERE phone = $1', 0, $unbound), '2, SELECT 1', 'and has one when it comes back');
is(binary('INSERT INTO sealed (id, phone) VALUES (3, $1) ON CONFLICT DO NOTHING', 0, $unbound), 'INSERT 0 0', 'and is stored as plaintext would be');
is(binary('SELECT wdd.reveal(phone) FROM sealed WHERE phone *= $1 AND id = 2', 0, '8002'), '13800138002, SELECT 1', 'a binary text parameter');
is(binary('SELECT $1::wdd.sealed_text IS NOT NULL', 0, $unbound), 'ERROR 22P03', 'a value of another kind');
my $array = value($p->parse_bind('', 'SELECT numbers FROM sealed WHERE id = 1', 1)->execute('')->sync);
is(binary('UPDATE sealed SET numbers = $1 WHERE id = 1', 0, $array), 'UPDATE 1', 'arrays');
is(binary('UPDATE sealed SET numbers = $1 WHERE id = 2', 0, $array), 'ERROR XX001', 'arrays of another person');

# COPY, binary and text, out and in again
my $revealed = "SELECT id, wdd.reveal(phone), wdd.reveal(note), wdd.reveal(numbers[1]) FROM sealed ORDER BY id";
my $before = $p->query($revealed);
for my $format ('binary', 'text', 'csv')
{
	my $file = "$PostgreSQL::Test::Utils::tmp_check/sealed.$format";
	$node->safe_psql('postgres', "SET wdd_privacy.purpose = 'backup'; COPY sealed TO '$file' (FORMAT $format)");
	unlike(slurp_file($file), qr/138001380|first|second/, "COPY TO, $format: no plaintext");
	$node->safe_psql('postgres', "SET wdd_privacy.purpose = 'service'; TRUNCATE sealed; SET wdd_privacy.purpose = 'restore'; COPY sealed FROM '$file' (FORMAT $format)");
	is($p->query($revealed), $before, "COPY FROM, $format: all is there");
	is(simple("SELECT id FROM sealed WHERE phone = '13800138002'"), '2, SELECT 1', "and found by the index");
}

# damage
my $seed = $ENV{WDD_SEED} // int(rand(2**31));
srand($seed);
note("WDD_SEED=$seed");
my $rounds = 3000 * (($ENV{WDD_LONG} // 0) ? 100 : 1);
my @kinds = qw(text bytea jsonb numeric date phone id_card email inet);
my @seeds = ($bytes, $unbound);
push @seeds, value($p->parse_bind('', "SELECT \$1::wdd.sealed_$_", 1, { jsonb => '{"a": [1]}', numeric => '1.5', date => '2026-01-31', id_card => '11010519491231002X',
	email => 'a@b.cn', inet => '::1', phone => '13800138001' }->{$_} // 'some text')->execute('')->sync) for @kinds;
my @plain = ('13800138000', '+14155552671', '11010519491231002X', 'someone@example.com', '{"a": [1, "x", null]}', '1e-5', '2026-01-31', '192.168.0.0/16', '\\x00ff', "\xe4\xbd\xa0");

sub damaged
{
	my ($text) = @_;
	for (1 .. 1 + int(rand 4))
	{
		my $at = int(rand(1 + length $text));
		my $how = rand 5;
		if ($how < 2 && $at < length $text) { substr($text, $at, 1) ^= chr(1 << int(rand 8)) }
		elsif ($how < 3) { substr($text, $at) = '' }
		elsif ($how < 4) { substr($text, $at, 0) = chr(int(rand 256)) x (1 + int(rand 3)) }
		else { my $other = $seeds[rand @seeds]; substr($text, $at) = substr($other, int(rand length $other)) }
	}
	return $text;
}

my (%answers, @strange);
for my $round (1 .. $rounds)
{
	my $sql = 'SELECT $1::wdd.sealed_' . $kinds[rand @kinds] . ' IS NOT NULL';
	my $how = rand 3;
	my $answer = $how < 1 ? binary($sql, 0, damaged($seeds[rand @seeds])) :
	  $p->parse_bind('', $sql, 0, ($how < 2 ? 'wdd1:' . encode_base64(damaged($seeds[rand @seeds]), '') : damaged($plain[rand @plain])) =~ s/\0/0/gr)->execute('')->sync;
	$answers{$answer}++;
	push @strange, "round $round: $answer" unless $answer =~ /\At, SELECT 1\z|\AERROR (22P03|55000|22023|22P02|22003|22007|22008|22009|22P05|22021)\z/;
}
is_deeply(\@strange, [], 'damaged input is taken or refused, by its own errors');
note(join(', ', map { "$_: $answers{$_}" } sort keys %answers));
ok(($answers{'ERROR 22P03'} // 0) > $rounds / 20 && ($answers{'t, SELECT 1'} // 0) > $rounds / 50, 'some is taken, and some is not');

# damaged values that came to lie in a table (restored, or edited on disk)
my ($opened, $lies) = (0, 0);
@strange = ();
$p->query("SET wdd_privacy.purpose = 'service'; DELETE FROM sealed WHERE id > 2");
my %whole = map { $_ => value($p->parse_bind('', "SELECT $_ FROM sealed WHERE id = 1", 1)->execute('')->sync) } 'phone', 'note';
for my $round (1 .. $rounds / 10)
{
	my $column = ('phone', 'note')[rand 2];
	my $bad = damaged($whole{$column});
	next if $bad eq $whole{$column};
	$p->query("BEGIN; DELETE FROM sealed WHERE id = 1; SET LOCAL wdd_privacy.purpose = 'restore'");
	if (binary("INSERT INTO sealed (id, $column) VALUES (1, \$1)", 0, $bad) eq 'INSERT 0 1')
	{
		$lies++;
		$p->query("SET LOCAL wdd_privacy.purpose = 'service'; SAVEPOINT s");
		push @strange, "round $round: shown otherwise" if value($p->parse_bind('', "SELECT $column FROM sealed WHERE id = 1", 1)->execute('')->sync) ne $bad;
		for my $sql ("SELECT id FROM sealed WHERE $column = '13800138009'", "SELECT count(DISTINCT $column) FROM sealed", "SELECT $column FROM sealed ORDER BY $column",
			"SELECT wdd.reveal($column) FROM sealed WHERE id = 1")
		{
			my $answer = simple($sql);
			push @strange, "round $round: $sql: $answer" if $answer !~ ($sql =~ /reveal/ ? qr/\AERROR XX001\z/ : qr/SELECT \d+\z|\AERROR (XX001|55000|0A000)\z/);
			$p->query('ROLLBACK TO s');
		}
	}
	$p->query('ROLLBACK');
}
is_deeply(\@strange, [], 'a damaged value is shown as it is, compared or refused, and never opened');
cmp_ok($lies, '>', $rounds / 100, 'some of it could be put there');
is($p->query($revealed), $before, 'the rest is as it was');
$p->query('DELETE FROM sealed WHERE id > 2');
unlike(slurp_file($node->logfile), qr/PANIC|terminated by signal|TRAP/, 'no crash');
done_testing();
