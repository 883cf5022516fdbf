# Sealed values on their way: dumps into other clusters with the same keys, none
# and wrong ones; a physical standby; logical replication; pg_upgrade.  What
# arrives is what was sent, byte by byte, and opens where the keys are.
use strict;
use warnings FATAL => 'all';
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $dir = PostgreSQL::Test::Utils::tempdir;
my %key = (right => 'a1' x 32, wrong => 'b2' x 32);

sub source_of
{
	my ($which) = @_;
	return () unless $key{$which};
	open(my $to, '>', "$dir/$which") or die $!;
	print $to "1 $key{$which}\n";
	close $to;
	chmod 0600, "$dir/$which";
	return ("wdd_privacy.key_file = '$dir/$which'");
}

sub make_node
{
	my ($name, $which, %options) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(%options, extra => [ '--encoding=UTF8', '--locale=C' ]);
	wdd_configure($node, 'fsync = off', 'autovacuum = off', 'wal_retrieve_retry_interval = 100ms', source_of($which));
	$node->start;
	return $node;
}

my $node = make_node('main', 'right', allows_streaming => 'logical');
my $other = make_node('other', 'right');
my $none = make_node('none', 'none');
my $wrong = make_node('wrong', 'wrong');
my @euc_cn = qw(TEMPLATE template0 ENCODING 'EUC_CN' LC_COLLATE 'C' LC_CTYPE 'C');
$node->safe_psql('postgres', "CREATE DATABASE shop @euc_cn");
$other->safe_psql('postgres', 'CREATE ROLE filler');    # other OIDs

my $zoe = "\xe7\x8e\x8b\xe8\x8a\xb3";
my $setting = q(SET client_encoding = utf8; SET wdd_privacy.purpose = 'service';);
$node->safe_psql('shop', <<"SQL");
SET client_encoding = utf8;
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_purpose('service', 'contract'), wdd.add_subject_kind('member');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'backup', 'restore', 'replication']) p;
CREATE TABLE users (id bigint PRIMARY KEY, phone wdd.sealed_phone(suffix) UNIQUE, note wdd.sealed_text(pad16), numbers wdd.sealed_phone[], born wdd.sealed_date);
CREATE TABLE members (name text PRIMARY KEY, mail wdd.sealed_email, plain text);
CREATE INDEX users_last_four ON users USING hash (phone wdd.sealed_phone_last_four_ops);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=id';
SECURITY LABEL FOR wdd_privacy ON TABLE members IS 'subject=name; subject_kind=member';
DO \$\$ DECLARE c text; BEGIN
    FOREACH c IN ARRAY '{users.phone,users.note,users.numbers,users.born,members.mail}'::text[] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN %s IS %L', c, 'purposes=service');
    END LOOP;
END \$\$;
$setting
INSERT INTO users SELECT i, '138' || to_char(i, 'FM00000000'), 'note of ' || i, ARRAY['139' || to_char(i, 'FM00000000')], '1990-01-01'::date + i FROM generate_series(1, 50) i;
INSERT INTO members VALUES ('$zoe', 'zoe\@example.com', 'p'), ('anna', 'anna\@example.com', 'p');
SELECT wdd.create_reveal_view('users');
DELETE FROM wdd.person WHERE key_integer = 50;
SQL

my $sealed = q(SET client_encoding = utf8; SET wdd_privacy.purpose = 'backup'; SELECT id, phone, note, numbers, born FROM users ORDER BY id; SELECT name, mail FROM members ORDER BY 1;);
my $reveal = "$setting SELECT id, wdd.reveal(phone), wdd.reveal(note), wdd.reveal(numbers[1]), wdd.reveal(born) FROM users WHERE id < 50 ORDER BY id; SELECT name, wdd.reveal(mail) FROM members ORDER BY 1;";
my %expected = (sealed => $node->safe_psql('shop', $sealed), revealed => $node->safe_psql('shop', $reveal));
like($expected{revealed}, qr/^7\|13800000007\|note of 7\|13900000007\|1990-01-08\n.*^$zoe\|zoe\@example\.com/ms, 'what there is');

# Everything about a copy whose keys are right; writes says that it may be written to.
sub is_whole
{
	my ($copy, $database, $name, $writes) = @_;
	is($copy->safe_psql($database, $sealed), $expected{sealed}, "$name: every byte arrived");
	is($copy->safe_psql($database, $reveal), $expected{revealed}, "$name: everything opens");
	is($copy->safe_psql($database, "$setting SELECT id FROM users WHERE phone = '138 0000 0007'; SELECT id FROM users WHERE phone *= '0009'; SELECT name FROM members WHERE mail = 'Zoe\@example.com'"),
		"7\n9\n$zoe", "$name: search finds");
	refused($copy, $database, "$setting SELECT wdd.reveal(phone) FROM users WHERE id = 50", qr/sealed value in column "phone" of table "public.users" does not open/, "$name: who was erased stays so");
	return unless $writes;
	refused($copy, $database, "$setting INSERT INTO users (id, phone) VALUES (1000, '13800000007')", qr/duplicate key value/, "$name: unique");
	is($copy->safe_psql($database, "$setting INSERT INTO users (id, phone) VALUES (1001, '13900001001'); UPDATE users SET note = 'changed' WHERE id = 8;
		SELECT wdd.reveal(phone) FROM users WHERE id = 1001; SELECT wdd.reveal(note) FROM users WHERE id = 8"), "13900001001\nchanged", "$name: and goes on");
	is($copy->safe_psql($database, "$setting CREATE TABLE new (id bigint, c wdd.sealed_text); SELECT (SELECT atttypmod & 65535 FROM pg_attribute WHERE attrelid = 'members'::regclass AND attname = 'mail') < atttypmod & 65535 FROM pg_attribute WHERE attrelid = 'new'::regclass AND attname = 'c'"),
		't', "$name: new columns get new numbers");
	return;
}

# ---------------------------------------------------------------------------
# Dumps
# ---------------------------------------------------------------------------

sub dump_to
{
	my ($file, @options) = @_;
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=backup';
	$node->command_ok([ 'pg_dump', @options, '-f', "$dir/$file", $node->connstr('shop') ], "pg_dump to $file");
	return;
}

# Run a program that restores, and return what it complains of.
sub restore
{
	my ($target, $database, $name, $program, @arguments) = @_;
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=restore';
	$target->safe_psql('postgres', "CREATE DATABASE $database") if $target->safe_psql('postgres', "SELECT count(*) FROM pg_database WHERE datname = '$database'") eq '0';
	my ($out, $err) = ('', '');
	ok(IPC::Run::run([ $program, '-d', $target->connstr($database), @arguments ], '<', \'', '>', \$out, '2>', \$err), "$name: restored")
	  or diag $err;
	unlike($err, qr/ERROR|does not open/, "$name: without error");
	return;
}

dump_to('plain.sql');
dump_to('custom', '-Fc');
dump_to('schema', '-Fc', '-s');
restore($other, 'plain', 'plain dump', 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/plain.sql");
is_whole($other, 'plain', 'plain dump, of another encoding', 1);
restore($other, 'custom', 'custom dump', 'pg_restore', '-e', '-j', '2', "$dir/custom");
is_whole($other, 'custom', 'custom dump', 1);
restore($other, 'apart', 'schema alone', 'pg_restore', '-e', "$dir/schema");
restore($other, 'apart', 'data alone', 'pg_restore', '-e', '-a', '--disable-triggers', "$dir/custom");
$other->safe_psql('apart', 'SELECT wdd.refresh_catalog_copy()');
is_whole($other, 'apart', 'schema and data apart', 1);

# Without keys and with wrong ones everything arrives, and nothing opens.
my %complaint = (
	none  => qr/ERROR:  there is no source of keys for sealed values\n(?:LINE .*\n.*\n)?DETAIL:  Neither "wdd_privacy.key_command" nor "wdd_privacy.key_file" is set/,
	wrong => qr/ERROR:  key of epoch 1 is not the one that this database was sealed with/);
for my $copy ($none, $wrong)
{
	my $name = $copy->name;
	restore($copy, 'shop', "$name keys", 'pg_restore', '-e', "$dir/custom");
	is($copy->safe_psql('shop', $sealed), $expected{sealed}, "$name keys: every byte arrived");
	refused($copy, 'shop', "$setting SELECT wdd.reveal(phone) FROM users WHERE id < 50 ORDER BY id", $complaint{$name}, "$name keys: nothing opens");
	refused($copy, 'shop', "$setting SELECT id FROM users WHERE phone = '13800000007'", $complaint{$name}, "$name keys: nothing is searched");
	refused($copy, 'shop', "$setting INSERT INTO users (id, phone) VALUES (1000, '13900001000')", $complaint{$name}, "$name keys: nothing is sealed");
	is($copy->safe_psql('shop', "$setting SELECT count(*), count(plain) FROM members"), '2|2', "$name keys: the rest goes on");
	like($copy->safe_psql('shop', q(SELECT string_agg(finding, ' ') FROM wdd.doctor() WHERE severity = 'critical')), qr/key/, "$name keys: doctor() tells");
	# once they are right, it opens
	$copy->append_conf('postgresql.conf', "wdd_privacy.key_file = '$dir/right'");
	$copy->restart;
	is($copy->safe_psql('shop', $reveal), $expected{revealed}, "$name keys: with the right ones everything opens");
	$copy->stop;
}

# ---------------------------------------------------------------------------
# A physical standby
# ---------------------------------------------------------------------------

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
is_whole($standby, 'shop', 'standby', 0);
my $session = open_session($standby, 'shop', purpose => 'service');
is(answer($session, 'SELECT wdd.reveal(phone) FROM users WHERE id IN (1, 2) ORDER BY id'), "13800000001\n13800000002", 'a session of the standby has opened values');
answer($session, 'PREPARE s AS SELECT wdd.reveal(phone) FROM users WHERE id = 1; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM users');
$node->safe_psql('shop', 'DELETE FROM wdd.person WHERE key_integer = 1');
$node->wait_for_catchup($standby);
is(answer($session, 'SAVEPOINT s; EXECUTE s'), 'ERROR XX001', 'after replay of an erasure it opens nothing of the person');
is(answer($session, 'ROLLBACK TO s; SELECT wdd.reveal(phone) FROM users WHERE id = 2'), '13800000002', 'but what is of others');
answer($session, 'COMMIT');
is(answer($session, "INSERT INTO users (id, phone) VALUES (1000, '13900001000')"), 'ERROR 25006', 'a standby writes nothing');
$session->quit;
$standby->promote;
is($standby->safe_psql('shop', "$setting INSERT INTO users (id, phone) VALUES (1000, '13900001000') RETURNING wdd.reveal(phone)") =~ s/\n.*//sr, '13900001000', 'promoted: new keys are made');
$standby->stop;

# ---------------------------------------------------------------------------
# Logical replication
# ---------------------------------------------------------------------------

$node->safe_psql('shop', "$setting DELETE FROM users WHERE id = 1; SET wdd_privacy.purpose = 'replication'; CREATE PUBLICATION p FOR TABLE users, members, wdd.person, wdd.data_key, wdd.key_epoch, wdd.token_domain");
$expected{$_} = $node->safe_psql('shop', $_ eq 'sealed' ? $sealed : $reveal) for qw(sealed revealed);
my $subscriber = $other;
restore($subscriber, 'follows', 'subscriber', 'pg_restore', '-e', "$dir/schema");
# a schema has no rows: kinds of subjects, purposes and grants are made
$subscriber->safe_psql('follows', "SELECT wdd.add_purpose('service', 'contract'), wdd.add_subject_kind('member'); SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'backup']) p");
is($subscriber->safe_psql('follows', q(SELECT kind_id FROM wdd.subject_kind WHERE name = 'member')), $node->safe_psql('shop', q(SELECT kind_id FROM wdd.subject_kind WHERE name = 'member')), 'kinds of subjects have the same numbers');
my $connection = $node->connstr('shop') . q( options='-c wdd_privacy.purpose=replication');
$subscriber->safe_psql('follows', "CREATE SUBSCRIPTION s CONNECTION \$c\$$connection\$c\$ PUBLICATION p");
ok($subscriber->poll_query_until('follows', "SELECT count(*) = 6 AND bool_and(srsubstate = 'r') FROM pg_subscription_rel"), 'tables are synchronised');
is_whole($subscriber, 'follows', 'subscriber', 0);
my $open = open_session($subscriber, 'follows', purpose => 'service');
is(answer($open, 'SELECT wdd.reveal(phone) FROM users WHERE id = 3'), '13800000003', 'a session of the subscriber has opened a value');
$node->safe_psql('shop', "$setting INSERT INTO users (id, phone, note) VALUES (60, '13900000060', 'new'); UPDATE users SET note = 'again' WHERE id = 4; DELETE FROM wdd.person WHERE key_integer = 3");
ok($subscriber->poll_query_until('follows', 'SELECT count(*) = 0 FROM wdd.person WHERE key_integer = 3'), 'changes arrive');
is($subscriber->safe_psql('follows', "$setting SELECT wdd.reveal(phone), wdd.reveal(note) FROM users WHERE phone = '13900000060'; SELECT wdd.reveal(note) FROM users WHERE id = 4"), "13900000060|new\nagain", 'and open');
is(answer($open, 'SELECT wdd.reveal(phone) FROM users WHERE id = 3'), 'ERROR XX001', 'who was erased at the publisher does not open in a session that had the key');
$open->quit;
$subscriber->safe_psql('follows', 'DROP SUBSCRIPTION s');
$node->safe_psql('shop', 'DROP PUBLICATION p');

# ---------------------------------------------------------------------------
# pg_upgrade, into the same version
# ---------------------------------------------------------------------------

SKIP:
{
	my $bin = qx("$ENV{PG_CONFIG}" --bindir);
	chomp $bin;
	skip 'there is no pg_upgrade', 1 unless -x "$bin/pg_upgrade";
	$expected{$_} = $node->safe_psql('shop', ($_ eq 'sealed' ? $sealed : $reveal) =~ s/WHERE id < 50/WHERE id NOT IN (3, 50)/r) for qw(sealed revealed);
	$reveal =~ s/WHERE id < 50/WHERE id NOT IN (3, 50)/;
	my $new = PostgreSQL::Test::Cluster->new('new');
	$new->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
	wdd_configure($new, 'fsync = off', source_of('right'));
	$node->stop;
	chdir $dir or die;
	my ($out, $err) = ('', '');
	ok(IPC::Run::run([ "$bin/pg_upgrade", '-b', $bin, '-B', $bin, '-d', $node->data_dir, '-D', $new->data_dir, '-s', $new->host, '-p', $node->port, '-P', $new->port ], '>', \$out, '2>', \$err), 'pg_upgrade')
	  or diag $out, $err;
	$new->start;
	is_whole($new, 'shop', 'pg_upgrade', 1);
}

done_testing();
