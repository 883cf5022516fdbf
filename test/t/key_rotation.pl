# Rotation of keys with values that are sealed under them: data keys batch by
# batch beside other work, search tokens in one transaction, and what a retired
# epoch opens.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $persons = $ENV{WDD_LONG} ? 200000 : 5000;
my @keys = map { unpack('H*', join('', map { chr(int(rand(256))) } 1 .. 32)) } 0 .. 3;
my $file = PostgreSQL::Test::Utils::tempdir . '/keys';

sub source_has
{
	open(my $to, '>', $file) or die "$file: $!";
	print $to map { "$_ $keys[$_]\n" } @_;
	close $to;
	chmod 0600, $file;
	return;
}

source_has(1);
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nlog_statement = none\n");
wdd_configure($node, "wdd_privacy.key_file = '$file'");
$node->start;
$node->safe_psql('postgres', <<"END");
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_category('contact'), wdd.add_purpose('service', 'contract'), wdd.grant_purpose('service', session_user::regrole);
CREATE TABLE users (user_id bigint PRIMARY KEY, phone wdd.sealed_phone UNIQUE, alias wdd.sealed_text(searchable), note wdd.sealed_text, dropped integer);
CREATE TABLE call (call_id bigint PRIMARY KEY, user_id bigint, phone wdd.sealed_phone REFERENCES users (phone), at timestamptz DEFAULT now(),
    back wdd.sealed_phone(unsearchable, suffix));
ALTER TABLE users DROP COLUMN dropped;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON TABLE call IS 'subject=user_id';
DO \$\$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY '{users.phone,users.alias,users.note,call.phone,call.back}'::text[] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN %s IS %L', name, 'category=contact; purposes=service');
    END LOOP; END \$\$;
SET wdd_privacy.purpose = 'service';
INSERT INTO users SELECT i, '138' || lpad(i::text, 8, '0'), 'alias ' || i, 'note ' || i FROM generate_series(1, $persons) i;
INSERT INTO users SELECT i, NULL, NULL, repeat('long note ', 1000) FROM generate_series($persons + 1, $persons + 2) i;
INSERT INTO call (call_id, user_id, phone, back) SELECT i, i, '138' || lpad(i::text, 8, '0'), '138' || lpad(i::text, 8, '0') FROM generate_series(1, 100) i;
CREATE INDEX ON users USING hash (alias);
CREATE INDEX ON call USING hash (back wdd.sealed_phone_last_four_ops);
END
my $sum = "SET wdd_privacy.purpose = 'service'; SELECT count(wdd.reveal(phone)), md5(string_agg(wdd.reveal(phone) || wdd.reveal(alias) || wdd.reveal(note), ',' ORDER BY user_id)) FROM users";
my $before = $node->safe_psql('postgres', $sum);
my $status = 'SELECT epoch, state, in_source, key_right, data_keys, token_domains FROM wdd.key_status()';
my $all = $persons + 2;
is($node->safe_psql('postgres', $status), "1|current|t|t|$all|{phone,text}", 'one epoch');

# ---------------------------------------------------------------------------
# Data keys
# ---------------------------------------------------------------------------

my $old = open_session($node, 'postgres', purpose => 'service');
is(answer($old, 'SELECT wdd.reveal(phone) FROM users WHERE user_id = 7'), '13800000007', 'a session from before');
source_has(1, 2);
my $batch = int($persons / 5);
my $left = $node->safe_psql('postgres', "SELECT wdd.rotate_epoch($batch)");
cmp_ok($left, '<=', $all - $batch, 'one batch');
cmp_ok($left, '>', 0, 'is not all');
is($node->safe_psql('postgres', 'SELECT sum(data_keys), max(state) FILTER (WHERE epoch = 2) FROM wdd.key_status()'), "$all|current", 'the new epoch is the current one, and no key got lost');
is($node->safe_psql('postgres', $sum), $before, 'all opens in between');
is($node->safe_psql('postgres', "BEGIN; SELECT wdd.rotate_epoch($batch) < $left; ROLLBACK"), 't', 'a batch that is rolled back');
is($node->safe_psql('postgres', "SELECT wdd.rotate_epoch(batch => 1) > 0"), 't', 'a small one');
my ($out, $err) = run_sql($node, 'postgres', 'SELECT wdd.rotate_epoch(0)');
like($err, qr/ERROR:  argument "batch" must be positive/, 'an empty one');
($out, $err) = run_sql($node, 'postgres', 'BEGIN; CALL wdd.rewrap_keys(100); COMMIT');
like($err, qr/ERROR:  invalid transaction termination/, 'rewrap_keys() commits, so not within a transaction');
# beside readers, writers, and the deletion of keys
my $script = PostgreSQL::Test::Utils::tempdir . '/script';
open(my $to, '>', $script) or die;
print $to "\\set id random(1, $persons)\nSET wdd_privacy.purpose = 'service';\nSELECT wdd.reveal(note) FROM users WHERE user_id = :id;\nUPDATE users SET note = 'note ' || user_id WHERE user_id = :id;\n";
close $to;
my ($bench_out, $bench_err) = ('', '');
my $bench = IPC::Run::start([ 'pgbench', '-n', '-c', 3, '-T', 4, '-f', $script, '-h', $node->host, '-p', $node->port, 'postgres' ], '>', \$bench_out, '2>', \$bench_err);
$node->safe_psql('postgres', "SET wdd_privacy.purpose = 'service'; INSERT INTO users (user_id, note) VALUES (-1, 'new')");
is($node->safe_psql('postgres', 'SELECT epoch FROM wdd.data_key k JOIN wdd.person p USING (person_id) WHERE p.key_integer = -1'), 2, 'new keys are under the new epoch');
$node->safe_psql('postgres', 'CALL wdd.rewrap_keys(batch => 100, rest => 0.5)');
$bench->finish;
is($bench_err =~ s/^pgbench .*\n//r, '', 'beside a rotation everything works');
$all++;
is($node->safe_psql('postgres', $status), "1|previous|t|t|0|{phone,text}\n2|current|t|t|$all|", 'all data keys are under the new epoch');
is($node->safe_psql('postgres', 'SELECT wdd.rotate_epoch()'), 0, 'nothing is left');
is($node->safe_psql('postgres', 'SELECT epoch, finished_at IS NOT NULL, rewrapped >= data_keys FROM wdd.key_rotation'), '2|t|t', 'what is kept of it');
$node->safe_psql('postgres', q(SET wdd_privacy.purpose = 'service'; DELETE FROM users WHERE user_id = -1));
is($node->safe_psql('postgres', $sum), $before, 'all opens');
is(answer($old, 'SELECT wdd.reveal(phone) FROM users WHERE user_id = 8'), '13800000008', 'also in a session from before');

# ---------------------------------------------------------------------------
# Tokens
# ---------------------------------------------------------------------------

($out, $err) = run_sql($node, 'postgres', 'SELECT wdd.retire_epoch(1)');
like($err, qr/ERROR:  epoch 1 is still needed\nDETAIL:  Search tokens are made under it: phone, text\.\nHINT:  Call wdd\.rotate_tokens\(domain\) for each\./, 'an epoch with tokens is not retired');
($out, $err) = run_sql($node, 'postgres', q(SELECT wdd.rotate_tokens('date')));
like($err, qr/ERROR:  token domain "date" does not exist\nHINT:  A domain is one of text, phone, id_card, email\./, 'a domain that does not exist');
my $find = q(SELECT user_id, wdd.reveal(note) FROM users WHERE phone = '138 0000 0042' AND alias = 'alias 42');
is(answer($old, $find), '42|note 42', 'found under the old epoch');
is(answer($old, "PREPARE find(text) AS SELECT user_id FROM users WHERE phone = \$1; PREPARE find_42 AS $find; SET plan_cache_mode = force_generic_plan; EXECUTE find_42"), '42|note 42', 'and by a prepared statement');
$node->safe_psql('postgres', q(SET wdd_privacy.purpose = 'service'; DELETE FROM wdd.data_key USING wdd.person p WHERE p.person_id = data_key.person_id AND p.key_integer = 50));
$node->safe_psql('postgres', q(CREATE VIEW shown WITH (security_invoker) AS SELECT user_id, phone, wdd.reveal(note) AS note FROM users));
my $tables = $persons + 2 + 100;
is($node->safe_psql('postgres', q(SELECT wdd.rotate_tokens('phone'))), $tables, 'rotate_tokens()');
is($node->safe_psql('postgres', q(SELECT wdd.rotate_tokens('phone'), wdd.rotate_tokens('email'))), '0|0', 'once');
is($node->safe_psql('postgres', $status), "1|previous|t|t|0|{text}\n2|current|t|t|" . ($all - 1) . '|{phone}', 'the domain is under the new epoch');
is(answer($old, $find), '42|note 42', 'found under the new one, in the session from before');
is(answer($old, 'EXECUTE find_42'), '42|note 42', 'also by the prepared statement');
is(answer($old, q(EXECUTE find('13800000043'))), '43', 'also by a parameter');
is($node->safe_psql('postgres', q(SELECT wdd.rotate_tokens('text'))), $persons + 2, 'the other domain');
is($node->safe_psql('postgres', "SET wdd_privacy.purpose = 'service'; SET enable_seqscan = off; $find"), '42|note 42', 'by indexes');
like($node->safe_psql('postgres', "SET wdd_privacy.purpose = 'service'; EXPLAIN (COSTS OFF) SELECT user_id FROM users WHERE phone = '13800000042'"), qr/Index Scan using users_phone_key/, 'which are used');
is($node->safe_psql('postgres', q(SET wdd_privacy.purpose = 'service'; SET enable_seqscan = off; SELECT call_id FROM call WHERE back *= '0042')), '42', 'the last four digits');
is($node->safe_psql('postgres', q(SET wdd_privacy.purpose = 'service'; SELECT count(*) FROM users u JOIN call c ON c.phone = u.phone AND u.user_id <> 50)), 99, 'joins');
is($node->safe_psql('postgres', q(SET wdd_privacy.purpose = 'service'; SELECT user_id FROM users WHERE phone = '13800000050')), '', 'who has no key any more is not found');
($out, $err) = run_sql($node, 'postgres', q(SET wdd_privacy.purpose = 'service'; SELECT wdd.reveal(note) FROM users WHERE user_id = 50));
like($err, qr/ERROR:  sealed value in column "note" of table "(public\.)?users" does not open/, 'nor opened');
($out, $err) = run_sql($node, 'postgres', q(SET wdd_privacy.purpose = 'service'; INSERT INTO users (user_id, phone) VALUES (0, '13800000042')));
like($err, qr/ERROR:  duplicate key value violates unique constraint "users_phone_key"/, 'unique');
($out, $err) = run_sql($node, 'postgres', q(SET wdd_privacy.purpose = 'service'; INSERT INTO call VALUES (0, 1, '13911111111')));
like($err, qr/violates foreign key constraint "call_phone_fkey"/, 'foreign key');
is($node->safe_psql('postgres', q(SET wdd_privacy.purpose = 'service'; INSERT INTO call VALUES (0, 1, '13800000001') RETURNING call_id)), '0', 'and its other side');

# ---------------------------------------------------------------------------
# Retiring
# ---------------------------------------------------------------------------

$node->safe_psql('postgres', 'SELECT wdd.retire_epoch(1)');
source_has(2);
is($node->safe_psql('postgres', 'SELECT wdd.reload_keys()'), 1, 'a source without the retired key');
is($node->safe_psql('postgres', "SET wdd_privacy.purpose = 'service'; SELECT count(wdd.reveal(phone)) FROM users WHERE user_id <> 50"), $persons - 1, 'all opens without it');
is(answer($old, 'SELECT wdd.reveal(phone) FROM users WHERE user_id = 9'), '13800000009', 'also in the session from before');
($out, $err) = run_sql($node, 'postgres', q(INSERT INTO wdd.data_key SELECT gen_random_uuid(), 1, wrapped FROM wdd.data_key LIMIT 1));
like($err, qr/ERROR:  epoch 1 of keys has been retired\nDETAIL:  It was when this statement made a key under it\.\nHINT:  Run the statement again\./, 'no key comes under a retired epoch');
$node->safe_psql('postgres', q(UPDATE wdd.data_key SET wrapped = set_byte(wrapped, 40, 255 - get_byte(wrapped, 40)) WHERE person_id = (SELECT person_id FROM wdd.person WHERE key_integer = 60)));
source_has(2, 3);
($out, $err) = run_sql($node, 'postgres', 'CALL wdd.rewrap_keys()');
like($err, qr/ERROR:  data key of person [0-9a-f-]{36} cannot be unwrapped\nDETAIL:  The row of wdd\.data_key was changed, or belongs to another database\./, 'a damaged data key is named');
$old->quit;
$node->stop;
done_testing();
