# Where the extension's SQL is of a version that the library does not serve,
# protected tables are shut, and everything else works.
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
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
CREATE TABLE unlabelled (id integer PRIMARY KEY, body text);
INSERT INTO unlabelled VALUES (1, 'one');
CREATE VIEW users_view AS SELECT user_id, city FROM users;
CREATE ROLE app LOGIN;
GRANT ALL ON users, users_view, unlabelled TO app;
SELECT wdd.grant_purpose('ads', 'app');
ALTER ROLE app SET wdd_privacy.purpose = 'ads';
END
my $version = $node->safe_psql('postgres', q(SELECT extversion FROM pg_extension WHERE extname = 'wdd_privacy'));
my $before = open_session($node, 'postgres', as => 'app');
is(answer($before, 'SELECT phone FROM users ORDER BY 1'), "p1\np3", 'the versions fit');
$before->quit;

$node->safe_psql('postgres', q(UPDATE pg_extension SET extversion = '0.0.1' WHERE extname = 'wdd_privacy'));

my $shut = qr/ERROR:  library and SQL of extension "wdd_privacy" are of versions that do not fit
DETAIL:  The extension's SQL is of version 0\.0\.1, its library of version \Q$version\E\.
HINT:  Run ALTER EXTENSION wdd_privacy UPDATE; if it is up to date, reconnect, so that the installed library is loaded\./;
refused($node, 'postgres', $_, $shut, "shut: $_")
  for 'SELECT phone FROM users', 'SELECT count(*) FROM users', 'SELECT city FROM users_view', 'COPY users TO STDOUT',
  "INSERT INTO users VALUES (9, 'p9', 'c')", "UPDATE users SET city = 'd'", 'DELETE FROM users';
my $session = open_session($node, 'postgres', as => 'app');
is(answer($session, 'SELECT phone FROM users'), 'ERROR 55000', 'the SQLSTATE is 55000');
is(answer($session, 'SELECT body FROM unlabelled'), 'one', 'the connection goes on, and unlabelled tables are read');
is(answer($session, "INSERT INTO unlabelled VALUES (2, 'two') RETURNING id"), '2', 'and written');
is(answer($session, 'COPY unlabelled (id) TO STDOUT'), "1\n2", 'and copied');
is(answer($session, "BEGIN; SET LOCAL wdd_privacy.purpose = 'service'; COMMIT; RESET ALL"), '', 'settings can be set');
is(answer($session, 'CREATE TEMP TABLE mine AS SELECT 1 AS one; ALTER TABLE mine ADD two integer; DROP TABLE mine'), '', 'tables can be made');
$session->quit;

is($node->safe_psql('postgres', 'VACUUM ANALYZE users; CREATE INDEX ON users (city); SELECT true'), 't', 'maintenance goes on');
unlike($node->safe_psql('postgres', '\d users'), qr/^$/, '\d shows the table');
# PostgreSQL looks for the script; nothing of ours stands in the way
refused($node, 'postgres', 'ALTER EXTENSION wdd_privacy UPDATE', qr/ERROR:  extension "wdd_privacy" has no update path from version "0\.0\.1" to version "\Q$version\E"/,
	'ALTER EXTENSION UPDATE runs');
$node->command_ok([ 'pg_dump', '-s', '-f', '/dev/null', $node->connstr('postgres') ], 'pg_dump of the schema works');
$node->safe_psql('postgres', 'CREATE DATABASE empty');
is($node->safe_psql('empty', 'SELECT 1'), 1, 'another database does not notice');

$node->safe_psql('postgres', qq(UPDATE pg_extension SET extversion = '$version' WHERE extname = 'wdd_privacy'));
is($node->safe_psql('postgres', "SET wdd_privacy.purpose = 'ads'; SELECT phone FROM users ORDER BY 1"), "p1\np3", 'with versions that fit all is as before');

# The extension can be dropped whatever its version.
$node->safe_psql('postgres', q(UPDATE pg_extension SET extversion = '0.0.1' WHERE extname = 'wdd_privacy'));
$node->safe_psql('postgres', 'DROP EXTENSION wdd_privacy CASCADE');
is($node->safe_psql('postgres', 'SELECT count(phone) FROM users'), 3, 'dropped: no protection, no refusal');

done_testing();
