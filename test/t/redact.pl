# wdd_privacy.redact: what PostgreSQL tells log, pg_stat_activity and
# pg_stat_statements of a statement.  Each way is tried with a marker as value,
# over a protected table with the setting on, when the marker must be nowhere;
# with the setting off, when it must be there (or the test shows nothing); and
# over a table without labels, of which everything must be told as ever.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddProtocol;
use WddTest;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
my $library = PostgreSQL::Test::Utils::run_log([ 'true' ]) && qx("$ENV{PG_CONFIG}" --pkglibdir);
chomp $library;
my $pgaudit = -e "$library/pgaudit.so";
$node->append_conf('postgresql.conf', join("\n",
	"shared_preload_libraries = 'pg_stat_statements, auto_explain, " . ($pgaudit ? 'pgaudit, ' : '') . "wdd_privacy'",
	'fsync = off', 'autovacuum = off', 'log_statement = none', "log_line_prefix = '%p %e %q%a '", 'wal_level = logical', 'max_wal_senders = 4', 'wal_retrieve_retry_interval = 100ms', 'restart_after_crash = on') . "\n");
$node->start;
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
CREATE EXTENSION pg_stat_statements;
CREATE TABLE people (user_id bigint PRIMARY KEY, phone text, n integer NOT NULL DEFAULT 0);
CREATE TABLE plain (LIKE people INCLUDING ALL);
CREATE VIEW people_view AS SELECT * FROM people;
CREATE VIEW plain_view AS SELECT * FROM plain;
SECURITY LABEL FOR wdd_privacy ON TABLE people IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN people.phone IS 'category=contact; purposes=ads, service';
SET wdd_privacy.purpose = 'service';
INSERT INTO people VALUES (1, 'p1');
INSERT INTO plain VALUES (1, 'p1');
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no phone %', NEW.phone; END $$;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON people DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.n = 77) EXECUTE FUNCTION refuse();
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON plain DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.n = 77) EXECUTE FUNCTION refuse();
CREATE PROCEDURE call_people(text) LANGUAGE plpgsql AS $$ BEGIN PERFORM FROM people WHERE phone = $1; END $$;
CREATE PROCEDURE call_plain(text) LANGUAGE plpgsql AS $$ BEGIN PERFORM FROM plain WHERE phone = $1; END $$;
CREATE FUNCTION store_people(text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM FROM people WHERE phone = $1; RAISE EXCEPTION 'no phone %', $1; END $$;
CREATE FUNCTION store_plain(text) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE EXCEPTION 'no phone %', $1; END $$;
CREATE FUNCTION warn_people(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'no phone %', $1; RETURN $1; END $$;
CREATE FUNCTION warn_plain(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE WARNING 'no phone %', $1; RETURN $1; END $$;
END

my $number = 13900000000;
my ($begin, $marker);

# What is logged while code runs, which gets a fresh marker.
sub logged
{
	my ($code) = @_;
	$begin = -s $node->logfile;
	$code->();
	return slurp_file($node->logfile, $begin);
}

# Statements as psql sends them, each by itself.
sub simple
{
	my ($on, $sql) = @_;
	return logged(sub { run_sql($node, 'postgres', "SET wdd_privacy.redact = $on; SET wdd_privacy.purpose = 'service'; $sql") });
}

sub filled
{
	my ($sql, $table) = @_;
	$marker = ++$number;
	return $sql =~ s/TABLE_/${table}_/gr =~ s/_TABLE/_$table/gr =~ s/\bTABLE\b/$table/gr =~ s/MARK/$marker/gr;
}

# The same way three times.  run gets (on or off, SQL) and returns what was told.
sub tried
{
	my ($name, $run, $sql, $says, %options) = @_;
	my $told = $run->('on', filled($sql, 'people'));
	unlike($told, qr/$marker/, "$name: nothing of a protected table is told");
	like($told, $says, "$name: but that there was something");
	like($run->('off', filled($sql, 'people')), qr/$marker/, "$name: which is told with the setting off");
	$told = $run->('on', filled($sql, 'plain'));
	$options{unsure} && $options{unsure} ne 'mixed' ? unlike($told, qr/$marker/, "$name: what cannot be known counts as protected")
	  : like($told, qr/$marker/, "$name: a table without labels is told of");
	unlike($told, qr/redacted/, "$name: and nothing is changed") unless $options{unsure};
	return;
}

my $uses = qr/<redacted: uses protected data>/;
my $may = qr/<redacted: may use protected data>/;

# Errors
tried('STATEMENT of a statement that fails', \&simple, "INSERT INTO TABLE VALUES (1, 'MARK')", qr/23505 .*ERROR:  duplicate key value violates unique constraint "people_pkey"\n.*STATEMENT:  $uses/);
tried('STATEMENT through a view', \&simple, "SELECT 1 / (n - n) FROM TABLE_view WHERE 'MARK' <> phone", qr/22012 .*ERROR:  division by zero\n.*STATEMENT:  $uses/);
tried('STATEMENT of a cancelled statement', \&simple, "SET statement_timeout = 100; SELECT pg_sleep(10) FROM TABLE WHERE phone <> 'MARK'",
	qr/57014 .*ERROR:  canceling statement due to statement timeout\n.*STATEMENT:  $uses/);
tried('DETAIL of a check', \&simple, "INSERT INTO TABLE VALUES (2, 'MARK', NULL)", qr/23502 .*ERROR:  null value in column "n" of relation "people" violates not-null constraint\n.*STATEMENT/);
tried('a literal that does not convert', \&simple, "INSERT INTO TABLE VALUES ('xMARK', 'p')", qr/22P02 .*ERROR:  invalid input syntax for type ...: "..."\n.*STATEMENT:  $may/, unsure => 1);
tried('a text that does not parse', \&simple, "INSERT INTO TABLE VALUES (1 'MARK')", qr/42601 .*ERROR:  syntax error at or near "..."\n.*STATEMENT:  $may/, unsure => 1);
tried('a string that does not end', \&simple, "INSERT INTO TABLE VALUES (1, 'MARK)", qr/42601 .*ERROR:  unterminated quoted string at or near "..."\n.*STATEMENT:  $may/, unsure => 1);
tried('a value in the place of a name', \&simple, 'SELECT 1 FROM TABLE WHERE phone = "MARK"', qr/42703 .*ERROR:  column "..." does not exist\n.*STATEMENT:  $may/, unsure => 1);
tried('what a function says', \&simple, "SELECT store_TABLE('MARK')", qr/P0001 .*ERROR:  $uses\n.*CONTEXT:  PL\/pgSQL function store_people\(text\) line 1 at RAISE\n.*STATEMENT:  $uses/);
tried('a warning', \&simple, "SELECT warn_TABLE(phone || 'MARK') FROM TABLE", qr/01000 .*WARNING:  $uses\n/);
tried('dynamic SQL', \&simple, q{DO $$ BEGIN EXECUTE 'SELECT MARK / (user_id - user_id) FROM TABLE'; END $$}, qr/22012 .*ERROR:  division by zero\n.*CONTEXT:  PL\/pgSQL function inline_code_block line 1 at EXECUTE\n.*STATEMENT:  $uses/, unsure => 1);

tried("what a deferred trigger says at $_", \&simple, "BEGIN; INSERT INTO TABLE VALUES (77, 'MARK', 77); $_", qr/P0001 .*ERROR:  $uses\n.*CONTEXT:  PL\/pgSQL function refuse\(\) line 1 at RAISE\n.*STATEMENT:  $_/)
  for 'COMMIT', 'SET CONSTRAINTS ALL IMMEDIATE';

# log_statement, durations
my $all = "SET log_statement = 'all';";
tried('log_statement', \&simple, "$all SELECT n FROM TABLE WHERE phone = 'MARK'", qr/LOG:  statement: $uses/);
tried('log_statement through a view', \&simple, "$all SELECT n FROM TABLE_view WHERE phone = 'MARK'", qr/LOG:  statement: $uses/);
tried('log_statement of several statements', \&simple, "$all SELECT 1\\; SELECT n FROM TABLE WHERE phone = 'MARK';", qr/LOG:  statement: $uses/);
tried('log_statement of what fails', \&simple, "$all SELECT nothing FROM TABLE WHERE phone = 'MARK'", qr/LOG:  statement: $may.*ERROR/s, unsure => 1);
tried('log_statement of a call', \&simple, "$all SELECT length(warn_TABLE('MARK'))", qr/LOG:  statement: $uses/);
tried('log_statement of PREPARE and EXECUTE', \&simple, "$all PREPARE s AS SELECT n FROM TABLE WHERE phone = 'MARK' OR phone = \$1; EXECUTE s('MARK')", qr/LOG:  statement: $uses.*LOG:  statement: $uses/s);
tried('log_statement of COPY', \&simple, "$all COPY (SELECT n FROM TABLE WHERE phone = 'MARK') TO STDOUT", qr/LOG:  statement: $uses/);
tried('log_statement of DDL', \&simple, "$all alter table TABLE ALTER phone SET DEFAULT 'MARK'", qr/LOG:  statement: $uses/);
tried('log_min_duration_statement', \&simple, "SET log_min_duration_statement = 0; SELECT n FROM TABLE WHERE phone = 'MARK'", qr/LOG:  duration: [\d.]+ ms  statement: $uses/);
tried('debug_print_parse', \&simple, "SET debug_print_parse = on; SELECT n AS MARKa FROM TABLE WHERE phone = 'MARK'" =~ s/MARKa/"MARK"/r, qr/LOG:  $uses/);
like(simple('on', "$all BEGIN; SELECT nothing; SELECT n FROM people WHERE phone = 'x'; ROLLBACK; ;"), qr/statement: BEGIN;.*statement: $may.*statement: $may.*ERROR:  current transaction is aborted.*statement: ROLLBACK;/s, 'log_statement in a failed transaction');
my $none = logged(sub { my $client = WddProtocol->new($node, user => $node->safe_psql('postgres', 'SELECT session_user'), database => 'postgres', options => '-c log_statement=all');
	$client->query($_) for '-- 13900000999', '  ;', 'SELECT 1; -- more', 'SELECT 2'; $client->message('X', '')->send_all; });
like($none, qr/statement: $may\n.*statement:   ;\n.*statement: SELECT 1; -- more\n.*statement: SELECT 2\n/s, 'log_statement of texts without a statement, and with comments');

# Executed by the extended protocol, with parameters
sub extended
{
	my ($on, $sql, @settings) = @_;
	return logged(sub {
		my $client = WddProtocol->new($node, user => $node->safe_psql('postgres', 'SELECT session_user'), database => 'postgres',
			options => join ' ', '-c wdd_privacy.purpose=service', "-c wdd_privacy.redact=$on", @settings);
		$client->parse('s', $sql =~ s/\d{11}/\$1/r)->sync;
		$client->bind_portal('', 's', 0, $marker)->execute('')->sync for 1 .. 2;
		$client->message('X', '')->send_all;
	});
}
sub with_parameters { return extended(@_, '-c log_min_duration_statement=0', '-c log_statement=all') }
my $phases = qr/duration: [\d.]+ ms  parse s: $uses.*duration: [\d.]+ ms  bind s: $uses.*LOG:  execute s: $uses/s;
tried('parameters of a SELECT', \&with_parameters, 'SELECT n FROM TABLE WHERE phone = MARK', $phases);
tried('parameters of an INSERT', \&with_parameters, 'INSERT INTO TABLE SELECT max(user_id) + 1, MARK FROM TABLE', $phases);
tried('parameters of a call', \&with_parameters, 'SELECT warn_TABLE(MARK)', $phases);
sub failing { return extended(@_, '-c log_parameter_max_length_on_error=-1') }
tried('parameters of what fails', \&failing, 'UPDATE TABLE SET n = NULL WHERE phone <> MARK', qr/ERROR:  null value.*\n.*STATEMENT:  $uses/);
sub wrong_parameter
{
	my ($on, $sql) = @_;
	return logged(sub {
		my $client = WddProtocol->new($node, user => $node->safe_psql('postgres', 'SELECT session_user'), database => 'postgres',
			options => "-c wdd_privacy.purpose=service -c wdd_privacy.redact=$on -c log_parameter_max_length_on_error=-1");
		$client->parse('s', $sql)->sync;
		$client->bind_portal('', 's', 0, "x$marker")->execute('')->sync;
		$client->message('X', '')->send_all;
	});
}
tried('a parameter that does not convert', \&wrong_parameter, 'SELECT phone FROM TABLE WHERE user_id = $1', qr/22P02 .*ERROR:  invalid input syntax for type ...: "..."\n.*STATEMENT:  $uses/);

# A process that is ended while it runs, whatever the log wants; other destinations
sub ended
{
	my ($on, $sql) = @_;
	return logged(sub {
		my $session = $node->background_psql('postgres', on_error_stop => 0);
		$session->query("SET wdd_privacy.purpose = 'service'; SET wdd_privacy.redact = $on; SET log_min_messages = 'fatal'");
		my $pid = $session->query('SELECT pg_backend_pid()');
		$session->query_until(qr/begun/, "\\echo begun\n$sql\n;\n");
		$node->poll_query_until('postgres', "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid") or die;
		$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid, 60000)");
		eval { $session->quit; 1 };
	});
}
tried('a process that is ended', \&ended, "SELECT pg_sleep(60) FROM TABLE WHERE phone <> 'MARK'", qr/57P01 .*FATAL:  terminating connection due to administrator command\n.*STATEMENT:  $uses/);

# Libraries that write to the log
tried('auto_explain', \&simple, "SET auto_explain.log_min_duration = 0; SELECT n FROM TABLE WHERE phone = 'MARK'", qr/LOG:  duration: [\d.]+ ms  plan: $uses/);
tried('auto_explain of a cursor that ends with its transaction', \&simple,
	"SET auto_explain.log_min_duration = 0; BEGIN; DECLARE c CURSOR FOR SELECT n FROM TABLE WHERE phone <> 'MARK'; FETCH c; COMMIT", qr/LOG:  duration: [\d.]+ ms  plan: $uses/);
SKIP:
{
	skip 'pgaudit is not here', 10 unless $pgaudit;
	tried('pgaudit', \&simple, "SET pgaudit.log = 'all'; SET pgaudit.log_parameter = on; SELECT n FROM TABLE WHERE phone = 'MARK'",
		qr/LOG:  AUDIT: SESSION,\d+,\d+,READ,SELECT,,,$uses/);
	tried('pgaudit of a utility statement', \&simple, "SET pgaudit.log = 'all'; EXPLAIN SELECT n FROM TABLE WHERE phone = 'MARK'", qr/LOG:  AUDIT: SESSION,\d+,\d+,MISC,EXPLAIN,,,$uses/);
}

# pg_stat_statements
sub statements
{
	my ($on, $sql) = @_;
	$node->safe_psql('postgres', 'SELECT pg_stat_statements_reset()');
	simple($on, $sql);
	return $node->safe_psql('postgres', 'SELECT query FROM pg_stat_statements');
}
tried("pg_stat_statements: $_->[0]", \&statements, $_->[1], $uses, unsure => $_->[2])
  for [ 'DO', q{DO $$ BEGIN PERFORM FROM TABLE WHERE phone = 'MARK'; END $$}, 1 ],
	[ 'CREATE TABLE AS', "create temp table made AS SELECT n FROM TABLE WHERE phone = 'MARK'" ],
	[ 'EXPLAIN', "EXPLAIN SELECT n FROM TABLE WHERE phone = 'MARK'" ],
	[ 'SET', "SET app.telephone = 'MARK'", 1 ],
	[ 'CREATE VIEW', "CREATE TEMP VIEW made AS SELECT n FROM TABLE WHERE phone = 'MARK'" ],
	[ 'DECLARE CURSOR', "BEGIN; DECLARE c CURSOR FOR SELECT n FROM TABLE WHERE phone = 'MARK'; COMMIT" ],
	[ 'COPY', "COPY (SELECT n FROM TABLE WHERE phone = 'MARK') TO STDOUT" ],
	[ 'CALL', "CALL call_TABLE('MARK')", 1 ],
	[ 'within a function', q{SET pg_stat_statements.track = 'all'; DO $$ BEGIN EXECUTE 'create temp table made as SELECT n FROM TABLE WHERE phone = ''MARK'''; END $$}, 'mixed' ],
	[ 'the second of two', "SELECT 1\\; EXPLAIN SELECT n FROM TABLE WHERE phone = 'MARK'\\; SELECT 2;" ];
statements('on', "SELECT n FROM people WHERE phone = '1'; PREPARE s AS SELECT n + 1 FROM people WHERE phone = '2'; EXECUTE s");
my $queries = $node->safe_psql('postgres', 'SELECT query FROM pg_stat_statements');
like($queries, qr/SELECT n FROM people WHERE phone = \$1/, 'pg_stat_statements: a query is kept, without constants');
like($queries, qr/SELECT n \+ \$1 FROM people WHERE phone = \$2/, 'so is a prepared one');
my ($out, $err) = run_sql($node, 'postgres', "EXPLAIN CREATE TABLE made AS SELECT '电话号码', phone FROM people WHERE nowhere = 1");
like($err, qr/LINE 1: .*\n +\^/, 'a client still sees where an error is');

# pg_stat_activity, and the report of a crash, which is made of it
sub activity
{
	my ($on, $sql, $crash) = @_;
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query("SET wdd_privacy.purpose = 'service'; SET wdd_privacy.redact = $on");
	my $pid = $session->query('SELECT pg_backend_pid()');
	$session->query_until(qr/begun/, "\\echo begun\n$sql\n;\n");
	$node->poll_query_until('postgres', "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid") or die;
	my $query = "SELECT query || ' / ' || coalesce(query_id, 0) FROM pg_stat_activity WHERE pid = $pid";
	my $shown = $node->safe_psql('postgres', $query);
	$begin = -s $node->logfile;
	kill $crash ? 'SEGV' : 'INT', $pid;
	if ($crash)
	{
		eval { $session->quit; 1 };
		for (1 .. 600) { last if slurp_file($node->logfile, $begin) =~ /is ready to accept connections/; select undef, undef, undef, 0.1 }
		return slurp_file($node->logfile, $begin);
	}
	$node->poll_query_until('postgres', "SELECT state = 'idle' FROM pg_stat_activity WHERE pid = $pid") or die;
	$shown .= ' / ' . $node->safe_psql('postgres', $query);
	eval { $session->quit; 1 };
	return $shown;
}
sub activity_by_parameters
{
	my ($on, $sql) = @_;
	my $client = WddProtocol->new($node, user => $node->safe_psql('postgres', 'SELECT session_user'), database => 'postgres',
		options => "-c wdd_privacy.purpose=service -c wdd_privacy.redact=$on");
	$client->parse('s', $sql)->sync;
	my $shown = '';
	for (1 .. 2)
	{
		$client->bind_portal('', 's', 0)->execute('')->sync;
		$shown .= $node->safe_psql('postgres', q{SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND query <> ''});
	}
	$client->message('X', '')->send_all;
	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'client backend'});
	return $shown;
}
tried('pg_stat_activity', \&activity, "SELECT pg_sleep(60) FROM TABLE WHERE phone <> 'MARK'", qr/$uses \/ -?[1-9]\d+ \/ $uses \/ -?[1-9]\d+/);
tried('pg_stat_activity of a function', \&activity, "DO \$\$ BEGIN PERFORM 'MARK', pg_sleep(60) FROM TABLE; END \$\$", $uses, unsure => 1);
tried('pg_stat_activity by Execute', \&activity_by_parameters, "SELECT n FROM TABLE WHERE phone = 'MARK'", qr/$uses.*$uses/);
tried('pg_stat_activity by Execute, writing', \&activity_by_parameters, "UPDATE TABLE SET n = n WHERE phone = 'MARK'", qr/$uses.*$uses/);
sub crash { return activity(@_, 1) }
tried('the report of a crash', \&crash, "SELECT pg_sleep(60) FROM TABLE WHERE phone <> 'MARK'", qr/DETAIL:  Failed process was running: $uses/);

# Parallel workers
$node->safe_psql('postgres', "SET wdd_privacy.purpose = 'service'; INSERT INTO people SELECT i, 'p' FROM generate_series(1000, 20000) i; INSERT INTO plain SELECT i, 'p' FROM generate_series(1000, 20000) i; ANALYZE people; ANALYZE plain");
my $parallel = 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;';
tried('a parallel worker that fails', \&simple, "$parallel SELECT count(*) FROM TABLE WHERE 1 / (n * length(phone)) = 1 OR phone = 'MARK'", qr/ERROR:  division by zero\n.*STATEMENT:  $uses.*ERROR:  $uses\n.*STATEMENT:  $uses/s);

sub workers_activity
{
	my ($on, $sql) = @_;
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query("SET wdd_privacy.purpose = 'service'; SET wdd_privacy.redact = $on; $parallel");
	my $pid = $session->query('SELECT pg_backend_pid()');
	$session->query_until(qr/begun/, "\\echo begun\n$sql\n;\n");
	$node->poll_query_until('postgres', "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE leader_pid = $pid AND wait_event = 'PgSleep')") or die;
	my $shown = $node->safe_psql('postgres', "SELECT query FROM pg_stat_activity WHERE leader_pid = $pid");
	$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
	eval { $session->quit; 1 };
	return $shown;
}
tried('pg_stat_activity of parallel workers', \&workers_activity, "SELECT count(*) FROM TABLE WHERE phone <> 'MARK' AND pg_sleep(60) IS NOT NULL", $uses);

# Settings and our own functions
my $log = simple('on', "$all SELECT wdd.break_glass('audit MARK'); SELECT wdd.grant_consent('MARK'::text, 'ads'); SET wdd_privacy.subject = 'MARK'; SET work_mem = '5MB'" =~ s/MARK/$marker/gr);
like($log, qr/statement: SELECT wdd.break_glass\('audit $marker'\)/, 'who breaks the glass is told of, in full');
like($log, qr/WARNING:  role ".*" breaks the glass.*DETAIL:  .*gives the reason: audit $marker/s, 'with the reason');
unlike($log =~ s/audit $marker//gr, qr/$marker/, "persons' keys are not");
like($log, qr/statement: SET work_mem = '5MB'/, 'settings of PostgreSQL are');
my ($shown, $said) = run_sql($node, 'postgres', "CREATE ROLE someone; SET ROLE someone; SET wdd_privacy.redact = off");
like($said, qr/ERROR:  permission denied to set parameter "wdd_privacy.redact"/, 'only superusers may switch it off');

# A database without labels, and one without the extension
$node->safe_psql('postgres', 'CREATE DATABASE unlabelled; CREATE DATABASE without');
$node->safe_psql('unlabelled', 'CREATE EXTENSION wdd_privacy; CREATE TABLE plain (n bigint)');
$node->safe_psql('without', 'CREATE TABLE plain (n bigint)');
for my $database ('unlabelled', 'without')
{
	$log = logged(sub { run_sql($node, $database, "$all SELECT 13900000666 FROM plain; DO \$\$ BEGIN RAISE EXCEPTION 'no 13900000667'; END \$\$; INSERT INTO plain VALUES ('13900000668x'); SELECT 1 13900000669") });
	like($log, qr/statement: .*\Q$_\E/, "$database: $_ is logged") for 13900000666, 13900000667, 13900000668;
	like($log, qr/ERROR:  no 13900000667\n.*CONTEXT: .*\n.*STATEMENT:  DO/, "$database: errors, too");
	like($log, qr/invalid input syntax for type bigint: "13900000668x" at character 27\n.*STATEMENT:  INSERT/, "$database: of analysis");
	$database eq 'without' ? like($log, qr/syntax error at or near "13900000669" at character 10\n.*STATEMENT:  SELECT 1 13900000669/, "$database: and of syntax")
	  : unlike($log, qr/13900000669/, "$database: but what does not parse is not");
}

# Sealed types: their plaintext is not told of, wherever it stands
$log = logged(sub { run_sql($node, 'unlabelled', "$all SELECT '13900000666'::wdd.sealed_phone; SELECT '13900000666'::wdd.sealed_phone, nothing; PREPARE s(wdd.sealed_phone) AS SELECT \$1; EXECUTE s('13900000666')") });
unlike($log, qr/13900000666/, 'sealed types: nothing is told');
like($log, qr/statement: $uses\n.*ERROR:  there is no source of keys.*statement: $uses/s, 'but that there was something, and that there is no key');

# The first statement of a connection, where there is nothing to protect
for my $sql ("SELECT '13900000666' FROM nowhere", 'SELECT 1 13900000666')
{
	like(logged(sub { run_sql($node, 'without', $sql) }), qr/ERROR:  .*(?:"nowhere"|"13900000666").*\n.*STATEMENT:  \Q$sql\E/, "without the extension: $sql");
}

# A worker of logical replication that finds a key taken
$node->safe_psql('unlabelled', 'CREATE TABLE arriving (user_id bigint PRIMARY KEY, phone text UNIQUE, city text UNIQUE); CREATE PUBLICATION p FOR TABLE arriving');
$node->safe_psql('unlabelled', q(SELECT pg_create_logical_replication_slot('s', 'pgoutput')));
$node->safe_psql('postgres', <<'END');
CREATE TABLE arriving (user_id bigint PRIMARY KEY, phone text UNIQUE, city text UNIQUE);
SECURITY LABEL FOR wdd_privacy ON TABLE arriving IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN arriving.phone IS 'category=contact; purposes=service';
SET wdd_privacy.purpose = 'service';
INSERT INTO arriving VALUES (1, '13900000888', 'a');
END
my $connection = $node->connstr('unlabelled');
$log = logged(sub {
	$node->safe_psql('postgres', "CREATE SUBSCRIPTION s CONNECTION '" . $connection =~ s/'/''/gr . "' PUBLICATION p WITH (create_slot = false, slot_name = 's', copy_data = false)");
	$node->safe_psql('unlabelled', q(INSERT INTO arriving VALUES (2, '13900000888', 'b')));
	for (1 .. 600) { last if slurp_file($node->logfile, $begin) =~ /duplicate key/; select undef, undef, undef, 0.1 }
	select undef, undef, undef, 0.5;
});
like($log, qr/23505 ERROR:  duplicate key value violates unique constraint "arriving_phone_key"\n.*CONTEXT:  processing remote data for replication origin .*, finished at/, "a subscription's worker tells what fails, and where");
unlike($log, qr/13900000888/, 'and no value');
$log = logged(sub {
	$node->safe_psql('postgres', 'ALTER DATABASE postgres SET wdd_privacy.redact = off');
	for (1 .. 600) { last if slurp_file($node->logfile, $begin) =~ /\(13900000888\)/; select undef, undef, undef, 0.1 }
});
like($log, qr/duplicate key.*\n.*DETAIL:  Key \(phone\)=\(13900000888\) already exists/, 'which it tells with the setting off');
$node->safe_psql('postgres', 'ALTER SUBSCRIPTION s DISABLE; ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s; ALTER DATABASE postgres RESET wdd_privacy.redact');

# Logs of other forms
my $collector = PostgreSQL::Test::Cluster->new('collector');
$collector->init;
wdd_configure($collector, 'fsync = off', 'logging_collector = on', "log_destination = 'csvlog, jsonlog'", "log_statement = 'all'", 'log_min_duration_statement = 0', 'log_error_verbosity = verbose');
$collector->start;
wdd_sample($collector, 'postgres');
sub collected { return join '', map { slurp_file($_) } grep { /\.(csv|json)$/ } glob $collector->data_dir . '/log/*' }
for my $on ('off', 'on')
{
	$marker = ++$number;
	run_sql($collector, 'postgres', "SET wdd_privacy.redact = $on; SET wdd_privacy.purpose = 'service'; SELECT city FROM users WHERE phone = '$marker'; INSERT INTO users VALUES (1, '$marker'); SELECT 1 $marker");
	my $count = () = collected() =~ /$marker/g;
	$on eq 'on' ? is($count, 0, 'CSV and JSON: nothing of a protected table is told') : cmp_ok($count, '>=', 10, 'which is told with the setting off');
}
my $collected = collected();
like($collected, qr/"[\w ]*",\d+,[^\n]*,ERROR,23505,"duplicate key value violates unique constraint ""users_pkey""",[^\n]*"$uses"/, 'CSV: level, SQLSTATE and message are there');
like($collected, qr/"error_severity":"ERROR","state_code":"23505","message":"duplicate key[^\n]*"statement":"$uses"/, 'JSON: so they are');
like($collected, qr/"state_code":"23505"[^\n]*"func_name":"_bt_check_unique","file_name":"nbtinsert.c"/, 'and the place in the source');

done_testing();
