# WddTest.pm: what the tests with real servers share.
package WddTest;

use strict;
use warnings FATAL => 'all';
use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(wdd_configure wdd_sample run_sql refused open_session answer);

# A server that preloads the library.
sub wdd_configure
{
	my ($node, @lines) = @_;
	$node->append_conf('postgresql.conf',
		join("\n", "shared_preload_libraries = 'wdd_privacy'", @lines) . "\n");
	return;
}

# Table users, of which 1 and 3 permit ads and 2 does not.
sub wdd_sample
{
	my ($node, $database) = @_;
	$node->safe_psql($database, <<'END');
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_category('contact'), wdd.add_purpose('ads', 'consent'), wdd.add_purpose('service', 'contract');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['ads', 'service', 'backup', 'restore', 'self']) p;
CREATE TABLE users (user_id bigint PRIMARY KEY, phone text, city text);
INSERT INTO users VALUES (1, 'p1', 'c'), (2, 'p2', 'c'), (3, 'p3', 'c');
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, service';
SELECT wdd.grant_consent(ARRAY[1, 3]::bigint[], 'ads'), wdd.withdraw_consent(2::bigint, 'ads');
END
	return;
}

# Run SQL; returns what it printed and what it complained of.
sub run_sql
{
	my ($node, $database, $sql) = @_;
	my ($status, $out, $err) = $node->psql($database, $sql, on_error_stop => 0);
	return ($out, $err);
}

# Open a session that stays open; as => role, purpose => what it states.
sub open_session
{
	my ($node, $database, %options) = @_;
	my $session = $node->background_psql(
		$database,
		on_error_stop => 0,
		extra_params  => [ defined $options{as} ? ('-U', $options{as}) : () ]);
	answer($session, "SET wdd_privacy.purpose = '$options{purpose}'") if defined $options{purpose};
	return $session;
}

# What such a session answers: the rows, or "ERROR" and the SQLSTATE of the last
# statement.
sub answer
{
	my ($session, $sql) = @_;
	my $rows = $session->query("$sql\n;\n\\echo |:SQLSTATE");
	$session->{stderr} = '';
	my $sqlstate = $rows =~ s/\n?\|(\w{5})\z// ? $1 : 'none';
	return $sqlstate eq '00000' ? $rows : "ERROR $sqlstate";
}

# The SQL is refused with a message like this, and shows nothing.
sub refused
{
	my ($node, $database, $sql, $like, $name) = @_;
	my ($out, $err) = run_sql($node, $database, $sql);
	like($err, $like, $name);
	is($out, '', "$name: nothing shown");
	return;
}

1;
