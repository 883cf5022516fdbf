# Approvals of row triggers in dumps: they survive, whatever the order in which
# rows and triggers come, and hold for nothing else than what was approved.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my ($node, $other) = map { PostgreSQL::Test::Cluster->new($_) } qw(main other);
for my $cluster ($node, $other)
{
	$cluster->init;
	wdd_configure($cluster, 'fsync = off');
	$cluster->start;
	# other objects come first there, so that OIDs differ
	$cluster->safe_psql('postgres', 'CREATE ROLE filler; CREATE TABLE filler ()') if $cluster == $other;
	$cluster->safe_psql('postgres', 'CREATE ROLE app LOGIN; CREATE ROLE keeper');
}
my $directory = PostgreSQL::Test::Utils::tempdir;

wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
SELECT wdd.grant_purpose('service', 'app');
CREATE SCHEMA "Odd schema";
CREATE TABLE "Odd schema"."Visits" (user_id bigint, day date, state varchar(10), place text, changes int DEFAULT 0) PARTITION BY RANGE (day);
CREATE TABLE "Odd schema".first_half PARTITION OF "Odd schema"."Visits" FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
INSERT INTO "Odd schema"."Visits" VALUES (1, '2026-01-05', 'new', 'here'), (2, '2026-01-06', 'new', 'there');
SECURITY LABEL FOR wdd_privacy ON TABLE "Odd schema"."Visits" IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN "Odd schema"."Visits".place IS 'category=contact; purposes=ads';
ALTER TABLE users ADD changes integer DEFAULT 0, ADD state varchar(10) DEFAULT 'new';
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO app;
GRANT USAGE ON SCHEMA "Odd schema" TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "Odd schema"."Visits" TO app;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET work_mem = '1MB' AS
$$ BEGIN NEW.changes := OLD.changes + 1; RETURN NEW; END $$;
CREATE FUNCTION "Odd schema"."Fill it"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS
$$ BEGIN NEW.changes := coalesce(NEW.changes, 0) + TG_ARGV[0]::int; RETURN NEW; END $$;
ALTER FUNCTION "Odd schema"."Fill it"() OWNER TO keeper;
SELECT set_config('search_path', '"$user","pg_catalog",pg_temp', false);
CREATE FUNCTION public.watch() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
$$ BEGIN RAISE NOTICE 'watched %', OLD.user_id; RETURN NULL; END $$;
RESET search_path;
CREATE TRIGGER touch BEFORE UPDATE OF city, changes ON users FOR EACH ROW
    WHEN (OLD.state IN ('new', 'old') AND NEW.city IS DISTINCT FROM OLD.city) EXECUTE FUNCTION touch();
CREATE TRIGGER fill BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION "Odd schema"."Fill it"('10');
CREATE CONSTRAINT TRIGGER watch AFTER UPDATE OR DELETE ON users DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state LIKE 'n%' OR OLD.user_id BETWEEN 1 AND 2.5) EXECUTE FUNCTION watch();
CREATE TRIGGER "Touch Odd" BEFORE UPDATE ON "Odd schema"."Visits" FOR EACH ROW EXECUTE FUNCTION touch();
SELECT wdd.approve_trigger('users', 'touch', 'counts'), wdd.approve_trigger('users', 'fill', 'counts'), wdd.approve_trigger('users', 'watch', 'tells keys'),
    wdd.approve_trigger('"Odd schema"."Visits"', 'Touch Odd', 'counts');
END

my $approvals = q{SELECT relation, trigger, function, state, reason, approved_by, approved_at FROM wdd.trigger_approvals() ORDER BY relation::text, trigger};
# As a role whose purpose permits nothing of the rows: every row is written, and
# nothing else than the triggers' own work is done.
my $work = <<'END';
RESET wdd_privacy.purpose;
BEGIN;
UPDATE users SET city = 'moved' WHERE user_id = 2 RETURNING changes;
INSERT INTO users (user_id, city) VALUES (50, 'x') RETURNING changes;
INSERT INTO users (user_id, city) VALUES (2, 'x') ON CONFLICT (user_id) DO UPDATE SET city = 'y' RETURNING users.changes;
UPDATE "Odd schema"."Visits" SET state = 'seen' WHERE user_id = 2 RETURNING changes;
DELETE FROM users WHERE user_id = 2;
COMMIT;
END
my $approved = $node->safe_psql('postgres', $approvals);
like($approved, qr/^(?:[^|\n]+\|){3}approved\|.*\n(?:[^|\n]+\|){3}approved\|.*\n(?:[^|\n]+\|){3}approved\|.*\n(?:[^|\n]+\|){3}approved\|[^\n]*\z/, 'four triggers are approved');

my %dump;
{
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=backup';
	my %way = (
		plain => [], custom => [ '-Fc' ], directory => [ '-Fd', '-j', 2 ],
		schema => [ '-s' ], data => [ '-Fc', '-a' ], inserts => [ '--rows-per-insert=2' ], data_inserts => [ '-a', '--inserts' ]);
	for my $way (sort keys %way)
	{
		$dump{$way} = "$directory/$way";
		$node->command_ok([ 'pg_dump', @{ $way{$way} }, '-f', $dump{$way}, $node->connstr('postgres') ], "pg_dump, $way");
	}
}

# What is restored must be approved, and work; a changed function must not.
sub check_restored
{
	my ($cluster, $database, $name) = @_;
	local $ENV{PGOPTIONS} = '';
	is($cluster->safe_psql($database, $approvals), $approved, "approvals: $name");
	my ($out, $err) = run_sql($cluster, $database, "SET ROLE app;\n$work");
	is($out, "1\n10\n2\n1", "triggers work: $name");
	unlike($err, qr/ERROR/, "without refusal: $name");
	like($err, qr/NOTICE:  watched 2/, "the deferred one, too: $name");
	$cluster->safe_psql($database, 'CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET work_mem = \'1MB\' AS
$$ BEGIN RAISE NOTICE \'%\', OLD; NEW.changes := OLD.changes + 1; RETURN NEW; END $$');
	refused($cluster, $database, "SET ROLE app;\nUPDATE users SET city = 'z' WHERE user_id = 3",
		qr/ERROR:  row trigger "touch" may not see the rows of table "public\.users"/, "a changed function is not approved: $name");
	refused($cluster, $database, "SET ROLE app;\nUPDATE \"Odd schema\".\"Visits\" SET state = 'z'",
		qr/ERROR:  row trigger "Touch Odd" may not see the rows of table/, "nor for another table: $name");
	return;
}

sub restore_files
{
	my ($cluster, $database, $name, @steps) = @_;
	$cluster->safe_psql('postgres', "CREATE DATABASE $database");
	for my $step (@steps)
	{
		my ($file, @options) = @$step;
		local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=restore';
		my @command = $file =~ /(?:plain|schema|inserts)$/
		  ? ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', @options, '-f', $file, $cluster->connstr($database))
		  : ('pg_restore', '-e', @options, '-d', $cluster->connstr($database), $file);
		my ($out, $err) = ('', '');
		ok(IPC::Run::run(\@command, '<', \'', '>', \$out, '2>', \$err), "restored @options: $name") or diag $err;
	}
	check_restored($cluster, $database, $name);
	return;
}

for my $cluster ($node, $other)
{
	my $where = $cluster->name;
	restore_files($cluster, 'plain', "plain, $where", [ $dump{plain} ]);
	restore_files($cluster, 'custom', "custom, $where", [ $dump{custom} ]);
}
restore_files($other, 'parallel', 'in parallel', [ $dump{directory}, '-j', 2 ]);
restore_files($other, 'inserts', 'as INSERT', [ $dump{inserts} ]);
restore_files($other, 'sections', 'by sections', map { [ $dump{custom}, "--section=$_" ] } qw(pre-data data post-data));
# rows that come when triggers are there meet them: these are without
restore_files($other, 'rows_later', 'rows after triggers, which are off',
	[ $dump{schema} ], [ $dump{data}, '--disable-triggers' ]);
restore_files($other, 'sections_off', 'rows with triggers off',
	[ $dump{custom}, '--section=pre-data' ], [ $dump{custom}, '--section=data', '--disable-triggers' ], [ $dump{custom}, '--section=post-data' ]);
# the triggers see the rows that are restored: 10 more, by "fill"
for my $way ([ 'data' ], [ 'data_inserts' ])
{
	my $database = "met_$way->[0]";
	$other->safe_psql('postgres', "CREATE DATABASE $database");
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=restore';
	my @load = $way->[0] eq 'data' ? ('pg_restore', '-e', '-d', $other->connstr($database), $dump{data})
	  : ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump{data_inserts}, $other->connstr($database));
	$other->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump{schema}, $other->connstr($database) ], "schema first: $way->[0]");
	$other->command_ok(\@load, "rows meet triggers: $way->[0]");
	is($other->safe_psql($database, 'SELECT changes FROM users ORDER BY user_id'), "10\n10\n10", "which fire: $way->[0]");
	is($other->safe_psql($database, $approvals), $approved, "approvals: $way->[0]");
}

# A session that is open, while approvals come in without their own trigger.
$other->safe_psql('postgres', 'CREATE DATABASE open_session');
{
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=restore';
	$other->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump{schema}, $other->connstr('open_session') ], 'a schema');
	my $session = open_session($other, 'open_session');
	is(answer($session, "SET wdd_privacy.purpose = ''; UPDATE users SET city = 'c'"), 'ERROR 42501', 'nothing is approved yet');
	$other->command_ok([ 'pg_restore', '-e', '--disable-triggers', '-d', $other->connstr('open_session'), $dump{data} ], 'its rows');
	is(answer($session, "UPDATE users SET city = 'moved' WHERE user_id = 2 RETURNING changes"), '1', 'the session learns of approvals');
	$session->quit;
}

done_testing();
