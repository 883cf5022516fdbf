# Many sessions withdraw and grant while others read: whoever was told that a
# withdrawal committed is never shown the person by a later statement, in its
# own session nor in another, by look-ups, by scans or by parallel scans; and
# whoever consents is shown.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $seconds = $ENV{WDD_LONG} ? 30 : 4;
my $directory = PostgreSQL::Test::Utils::tempdir;

# Table answers tells, outside the extension, what each of the persons 1 to 400
# said last.  A writer unsettles the row, records the answer, checks it itself
# and settles the row: each by a statement of its own, so that a settled row
# tells of an answer whose commit was told to a client.
my $fixture = <<'END';
INSERT INTO users SELECT i, NULL, 'c' FROM generate_series(4, 5000) i;
SET wdd_privacy.purpose = 'service';
UPDATE users SET phone = 'p' || user_id;
SELECT wdd.grant_consent(ARRAY(SELECT generate_series(1, 5000))::bigint[], 'ads');
CREATE TABLE answers (user_id bigint PRIMARY KEY, permits boolean NOT NULL, version integer NOT NULL, settled boolean NOT NULL)
	WITH (fillfactor = 50);
INSERT INTO answers SELECT i, true, 0, true FROM generate_series(1, 400) i;
ANALYZE;

CREATE FUNCTION record(who bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF (SELECT permits FROM answers WHERE user_id = who) THEN
		PERFORM wdd.grant_consent(who, 'ads');
	ELSE
		PERFORM wdd.withdraw_consent(who, 'ads');
	END IF;
END $$;

CREATE FUNCTION check_own(who bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM users WHERE user_id = who AND phone IS NOT NULL)
	   <> (SELECT permits FROM answers WHERE user_id = who) THEN
		RAISE EXCEPTION 'person % is shown or hidden wrongly after the own commit', who;
	END IF;
END $$;

-- Persons whose answer was settled before the reading and is the same after it.
CREATE FUNCTION settled() RETURNS text[] LANGUAGE sql VOLATILE
	RETURN ARRAY(SELECT user_id || ' ' || version FROM answers WHERE settled);

CREATE FUNCTION check_others(reading text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	before text[] := settled();
	shown bigint[];
	wrong text;
	checked integer;
BEGIN
	EXECUTE reading INTO shown;
	SELECT count(*), min(format('%s, who %s', a.user_id, CASE WHEN permits THEN 'permits' ELSE 'refuses' END))
			FILTER (WHERE a.permits <> (a.user_id = ANY (shown)))
		INTO checked, wrong
		FROM answers a
		WHERE a.settled AND a.user_id || ' ' || a.version = ANY (before);
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION 'persons are shown or hidden wrongly, the first is %', wrong;
	END IF;
	RETURN checked;
END $$;
END

append_to_file("$directory/writer", <<'END');
\set who :client_id * 100 + random(1, 100)
UPDATE answers SET settled = false, version = version + 1, permits = NOT permits WHERE user_id = :who;
SELECT record(:who);
SELECT check_own(:who);
UPDATE answers SET settled = true WHERE user_id = :who;
END
my %reading = (
	scan     => q(SELECT array_agg(user_id) FROM users WHERE phone IS NOT NULL),
	lookup   => q(SELECT array_agg(a.user_id) FROM answers a WHERE (SELECT phone FROM users u WHERE u.user_id = a.user_id) IS NOT NULL),
	parallel => q(SELECT array_agg(user_id) FROM users WHERE phone IS NOT NULL));
append_to_file("$directory/$_", "SELECT check_others(\$\$$reading{$_}\$\$);\n") for keys %reading;

# Run pgbench with one of the scripts, in the background.
sub bench
{
	my ($node, $script, $clients, @settings) = @_;
	my $run = { name => $script, out => '', err => '' };
	local $ENV{PGOPTIONS} = join(' ', map { "-c $_" } 'wdd_privacy.purpose=ads', @settings);
	$run->{harness} = IPC::Run::start(
		[ 'pgbench', '-n', '-T', $seconds, '-c', $clients, '-M', 'prepared', '-f', "$directory/$script", $node->connstr('postgres') ],
		'<', \'', '>', \$run->{out}, '2>', \$run->{err});
	return $run;
}

for my $preload ('shared', 'session')
{
	my $node = PostgreSQL::Test::Cluster->new($preload);
	$node->init;
	$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
	wdd_configure($node) if $preload eq 'shared';
	$node->start;
	wdd_sample($node, 'postgres');
	$node->safe_psql('postgres', $fixture);
	like($node->safe_psql('postgres', "SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET wdd_privacy.purpose = 'ads'; EXPLAIN $reading{parallel}"),
		qr/Gather/, "$preload preloading: one of the readings is parallel");

	my @runs = (
		bench($node, 'writer', 4),
		bench($node, 'scan', 1),
		bench($node, 'lookup', 1),
		bench($node, 'parallel', 1, 'parallel_setup_cost=0', 'parallel_tuple_cost=0', 'min_parallel_table_scan_size=0'));
	for my $run (@runs)
	{
		$run->{harness}->finish;
		is($?, 0, "$preload preloading: no wrong answer to $run->{name}") or diag($run->{err});
		my ($transactions) = $run->{out} =~ /number of transactions actually processed: (\d+)/;
		cmp_ok($transactions // 0, '>', 10, "$preload preloading: $run->{name} ran");
		note("$run->{name}: $transactions transactions");
	}
	is($node->safe_psql('postgres', "SET wdd_privacy.purpose = 'ads'; SELECT check_others(\$\$$reading{scan}\$\$)"), 400,
		"$preload preloading: in the end every answer is as it was recorded");

	# The checks see it when persons are shown who withdrew.
	$node->safe_psql('postgres', "SELECT wdd.withdraw_consent(1::bigint, 'ads'); UPDATE answers SET permits = false WHERE user_id = 1; SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS NULL");
	my ($out, $err) = run_sql($node, 'postgres', "SELECT check_own(1); SELECT check_others(\$\$$reading{scan}\$\$)");
	like($err, qr/person 1 is shown or hidden wrongly.*persons are shown or hidden wrongly, the first is 1, who refuses/s,
		"$preload preloading: without the label the checks fail");
	$node->stop;
}

done_testing();
