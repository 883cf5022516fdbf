# Settings that are older than the library in their session, that come with the
# connection, or that are garbage; and what the log keeps of broken glass.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nlog_min_messages = warning\n");
$node->start;
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
CREATE ROLE app LOGIN;
CREATE ROLE owner LOGIN;
SELECT wdd.grant_purpose('ads', 'owner');
GRANT SELECT ON users TO app, owner;
CREATE FUNCTION loads() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS
    $$ BEGIN RETURN concat_ws(' ', wdd.current_purpose(), wdd.purpose_stated_by()); END $$;
ALTER FUNCTION loads() OWNER TO owner;
ALTER DATABASE postgres RESET session_preload_libraries;
END

# Run SQL as a role; returns what it printed and what it complained of.
sub as
{
	my ($role, $sql) = @_;
	my ($status, $out, $err) = $node->psql('postgres', $sql, on_error_stop => 0, extra_params => [ '-U', $role ]);
	return wantarray ? ($out, $err) : $out;
}

# -- the library comes later than the settings

is(as('owner', q(SET wdd_privacy.purpose = 'ads'; SELECT wdd.current_purpose(), wdd.purpose_stated_by())),
	'ads|owner', 'a value set before the library loads is taken over');
is(as('owner', q(SET wdd_privacy.purpose = 'ads'; SELECT wdd.current_purpose() IS NULL; SELECT phone FROM users ORDER BY 1)),
	"f\np1\np3", 'and opens what is granted');
is(as('app', q(SET wdd_privacy.purpose = 'ads'; SELECT loads(); SELECT wdd.purpose_stated_by())),
	"ads app\napp", 'it is the claim of the role that set it, whoever loads the library');
my ($out, $err) = as('app', q(SET wdd_privacy.purpose = 'ads'; SELECT loads(); SELECT phone FROM users));
is($out, 'ads app', 'and opens nothing that is not granted');
like($err, qr/purpose "ads" may not use column "phone" of table "public.users"/, 'with a refusal');
is(as('owner', <<'END'), "ads\nservice\n\nads", 'transactions and savepoints around the loading');
SET wdd_privacy.purpose = 'ads';
BEGIN;
SET LOCAL wdd_privacy.purpose = 'service';
SAVEPOINT a;
SET LOCAL wdd_privacy.purpose = 'ads';
SELECT wdd.current_purpose();
ROLLBACK TO a;
SELECT wdd.current_purpose();
SET wdd_privacy.purpose = '';
SELECT wdd.current_purpose();
ROLLBACK;
SELECT wdd.current_purpose();
END
($out, $err) = as('owner', q(SET wdd_privacy.purposes = 'ads'; SELECT wdd.current_purpose(); SHOW wdd_privacy.purposes));
like($err, qr/WARNING:  invalid configuration parameter name "wdd_privacy.purposes", removing it/, 'a misspelt setting is told of');
($out, $err) = as('owner', q(SELECT set_config('wdd_privacy.purpose', repeat('x', 10000), false) = ''; SELECT wdd.current_purpose()));
like($err, qr/WARNING:  value of parameter "wdd_privacy.purpose" is too long/, 'noise is told of');
is($out, "f\n", 'and dropped');
($out, $err) = as('owner', q(SET wdd_privacy.glass_broken = on; SELECT wdd.glass_broken()));
is($out, 'f', 'glass broken before the library loads is whole');

# -- settings that come with the connection

$node->safe_psql('postgres', q(ALTER DATABASE postgres SET session_preload_libraries = 'wdd_privacy'));
{
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=ads';
	is(as('owner', 'SELECT phone FROM users ORDER BY 1; SELECT wdd.purpose_stated_by()'), "p1\np3\nowner", 'PGOPTIONS');
	($out, $err) = as('app', 'SELECT phone FROM users; SELECT 1');
	is($out, '1', 'PGOPTIONS with a purpose that is not granted: the connection stands');
	like($err, qr/may not use column "phone"/, 'and what needs it is refused');
	is(as('owner', q(SET wdd_privacy.purpose = 'ads'; RESET ALL; SELECT wdd.current_purpose())), 'ads', 'RESET ALL comes back to it');
}
{
	local $ENV{PGOPTIONS} = "-c wdd_privacy.purpose=\xff\xfe";
	($out, $err) = as('owner', 'SELECT wdd.current_purpose() IS NULL');
	is($out, 't', 'invalid UTF-8 is no purpose');
	like($err, qr/value of parameter "wdd_privacy.purpose" is not valid in encoding "UTF8"/, 'and told of');
}
{
	local $ENV{PGOPTIONS} = '-c wdd_privacy.glass_broken=on';
	is($node->safe_psql('postgres', 'SELECT wdd.glass_broken()'), 'f', 'no glass is broken by connecting');
}

# -- a connection per transaction, as of a pooler: SET LOCAL leaves nothing

is(as('owner', <<'END'), "p1\np3\nt", 'SET LOCAL leaves nothing behind');
BEGIN;
SET LOCAL wdd_privacy.purpose = 'ads';
SELECT phone FROM users ORDER BY 1;
COMMIT;
SELECT wdd.current_purpose() IS NULL;
END

# -- broken glass is in the log

my $before = -s $node->logfile;
$node->safe_psql('postgres', q(SELECT wdd.break_glass('fire in the data centre')));
like(slurp_file($node->logfile, $before),
	qr/WARNING:  role "\w+" breaks the glass: labelled data is open to this transaction\n.*DETAIL:  Session user "\w+" gives the reason: fire in the data centre/s,
	'the server log keeps who broke the glass, and why');
is($node->safe_psql('postgres', q(BEGIN; SELECT wdd.break_glass('look'); SELECT count(phone) FROM users; COMMIT)), "\n3", 'and all is open');

# -- the library's version

$node->safe_psql('postgres', q(UPDATE pg_extension SET extversion = '99.0' WHERE extname = 'wdd_privacy'));
refused($node, 'postgres', q(SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users),
	qr/library and SQL of extension "wdd_privacy" are of versions that do not fit\n.*version 99\.0, its library of version/s,
	'a version that the library does not know');
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_class WHERE relname = $$users$$'), '1', 'what is not protected works');

done_testing();
