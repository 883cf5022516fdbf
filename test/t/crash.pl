# Withdrawals outlive a crash: what a client was told of binds at once when the
# server is back, and the sets in shared memory are built anew.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
wdd_configure($node, 'fsync = off', 'autovacuum = off');
$node->start;
wdd_sample($node, 'postgres');

# So many persons that scans use a set.
$node->safe_psql('postgres', <<'END');
INSERT INTO users SELECT i, NULL, 'c' FROM generate_series(4, 20000) i;
SET wdd_privacy.purpose = 'service';
UPDATE users SET phone = 'p' || user_id WHERE user_id >= 4;
SELECT wdd.grant_consent(ARRAY(SELECT generate_series(4, 20000))::bigint[], 'ads');
CREATE ROLE app LOGIN;
GRANT SELECT ON users TO app;
SELECT wdd.grant_purpose(p, 'app') FROM unnest(ARRAY['ads', 'service']) p;
ANALYZE users;
CHECKPOINT;
END
my $count = 'SELECT count(phone) FROM users';
my $session = open_session($node, 'postgres', as => 'app', purpose => 'ads');
is(answer($session, $count), 19999, 'before: all but one permit');

# What follows is in WAL alone when the server stops.
$node->safe_psql('postgres', "SELECT wdd.withdraw_consent(3::bigint, 'ads')");
$node->safe_psql('postgres', "SELECT wdd.withdraw_consent(ARRAY(SELECT generate_series(101, 200))::bigint[], 'ads')");
$node->safe_psql('postgres', "SELECT wdd.revoke_purpose('service', 'app')");
my $undecided = open_session($node, 'postgres');
answer($undecided, "BEGIN; SELECT wdd.withdraw_consent(1::bigint, 'ads')");
is(answer($session, $count), 19898, 'withdrawals bind, one that has not committed does not');
$node->stop('immediate');
eval { $_->quit } for $session, $undecided;
$node->start;

$session = open_session($node, 'postgres', as => 'app', purpose => 'ads');
is(answer($session, 'SELECT phone FROM users WHERE user_id = 3'), '', 'after the crash a withdrawn person is not shown');
is(answer($session, 'SELECT phone FROM users WHERE user_id = 5'), 'p5', 'one who permits is');
is(answer($session, 'SELECT phone FROM users WHERE user_id = 1'), 'p1', 'a withdrawal that never committed does not bind');
is(answer($session, $count), 19898, 'a scan shows the same persons');
is(answer($session, "$count WHERE user_id BETWEEN 101 AND 200"), 0, 'and none of those who withdrew together');
is(answer($session, "SET wdd_privacy.purpose = 'service'"), 'ERROR 42501', 'a revoked grant stays revoked');
is(answer($session, $count), 19898, 'the other one is there');

# what changes after the crash reaches the sets that were built after it
$node->safe_psql('postgres', "SELECT wdd.withdraw_consent(5::bigint, 'ads'), wdd.grant_consent(3::bigint, 'ads'), wdd.withdraw_consent(6::bigint, 'ads')");
is(answer($session, $count), 19897, 'consents that change after the crash count in scans');
is(answer($session, 'SELECT string_agg(phone, \' \' ORDER BY user_id) FROM users WHERE user_id <= 8'), 'p1 p3 p4 p7 p8',
	'and person by person');
$session->quit;

# One backend that dies takes the shared memory of all with it.
$node->append_conf('postgresql.conf', 'restart_after_crash = on');
$node->reload;
my $victim = open_session($node, 'postgres', as => 'app', purpose => 'ads');
my $pid = answer($victim, 'SELECT pg_backend_pid()');
$node->safe_psql('postgres', "SELECT wdd.withdraw_consent(7::bigint, 'ads')");
kill 'KILL', $pid;
eval { $victim->quit };
$node->wait_for_log(qr/all server processes terminated; reinitializing/);
$node->poll_query_until('postgres', 'SELECT true') or die 'the server did not come back';
$session = open_session($node, 'postgres', as => 'app', purpose => 'ads');
is(answer($session, $count), 19896, 'after the death of a backend withdrawals bind');
is(answer($session, 'SELECT phone FROM users WHERE user_id = 7'), '', 'also the one that came last');
$session->quit;

# that the label is what hides
$node->safe_psql('postgres', 'SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS NULL');
is($node->safe_psql('postgres', $count), 20000, 'without the label all are shown');

done_testing();
