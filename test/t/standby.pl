# A physical standby keeps the promises of its primary: labels, purposes and
# consents bind there once they are replayed, for open sessions too.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
wdd_configure($primary, 'fsync = off');
$primary->start;
wdd_sample($primary, 'postgres');
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);

my $read = 'SELECT string_agg(phone, \' \' ORDER BY user_id) FROM users';
refused($standby, 'postgres', $read, qr/cannot be used without a purpose/, 'a standby refuses without a purpose');
is($standby->safe_psql('postgres', "SET wdd_privacy.purpose = 'ads'; $read"), 'p1 p3', 'and allows what is permitted');
is($standby->safe_psql('postgres', 'SELECT count(*) FROM users'), '3', 'what is not labelled is read as ever');

# one session stays open over what happens on the primary
my $session = $standby->background_psql('postgres', on_error_stop => 0);

# What the session answers, and whether it complains.
sub ask
{
	my ($sql) = @_;
	my $answer = $session->query("$sql\n\\echo |:SQLSTATE");
	$session->{stderr} = '';
	return $answer;
}

ask("SET wdd_privacy.purpose = 'ads'; PREPARE reading AS $read; SET default_transaction_isolation = 'repeatable read';");
is(ask('EXECUTE reading;'), "p1 p3\n|00000", 'open session, prepared statement');
# ask so much that a set is built and kept
ask('SELECT count(phone) FROM users u, generate_series(1, 5000);');
is(ask("SELECT count(phone) FROM users, generate_series(1, 5000);"), "10000\n|00000", 'a set is in use');

$primary->safe_psql('postgres', "SELECT wdd.withdraw_consent(1::bigint, 'ads')");
$primary->wait_for_catchup($standby);
is(ask('EXECUTE reading;'), "p3\n|00000", 'a withdrawal binds the open session once it is replayed');
is(ask("SELECT count(phone) FROM users, generate_series(1, 5000);"), "5000\n|00000", 'its set too');
is($standby->safe_psql('postgres', "SET wdd_privacy.purpose = 'ads'; $read"), 'p3', 'and a new one');

ask('BEGIN; SELECT count(*) FROM users;');
$primary->safe_psql('postgres', "SELECT wdd.withdraw_consent(3::bigint, 'ads')");
$primary->wait_for_catchup($standby);
is(ask('EXECUTE reading;'), "\n|00000", 'in the middle of a REPEATABLE READ transaction');
ask('COMMIT;');

$primary->safe_psql('postgres', "SELECT wdd.grant_consent(3::bigint, 'ads')");
$primary->wait_for_catchup($standby);
is(ask('EXECUTE reading;'), "p3\n|00000", 'a new consent binds as well');

$primary->safe_psql('postgres',
	"SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service'");
$primary->wait_for_catchup($standby);
is(ask('EXECUTE reading;'), '|42501', 'so does a narrower label');
$primary->safe_psql('postgres',
	"SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, service'");
$primary->wait_for_catchup($standby);
is(ask('EXECUTE reading;'), "p3\n|00000", 'and a wider one');
$primary->safe_psql('postgres', "SELECT wdd.revoke_purpose('ads', session_user::regrole)");
$primary->wait_for_catchup($standby);
is(ask('EXECUTE reading;'), '|42501', 'and a revoked grant');
$primary->safe_psql('postgres', "SELECT wdd.grant_purpose('ads', session_user::regrole)");
$session->quit;

# after a promotion
$primary->wait_for_catchup($standby);
$standby->promote;
is($standby->safe_psql('postgres', "SET wdd_privacy.purpose = 'ads'; $read"), 'p3', 'promoted: the same answers');
$standby->safe_psql('postgres', "SELECT wdd.grant_consent(1::bigint, 'ads')");
is($standby->safe_psql('postgres', "SET wdd_privacy.purpose = 'ads'; $read"), 'p1 p3', 'and new consents');

done_testing();
