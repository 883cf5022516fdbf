# Sets of sparse integers, uuids and texts change in place, and grow, while
# others read them: who always consents is always shown, who never did never,
# and in the end everyone as the state of consents says.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $seconds = $ENV{WDD_LONG} ? 30 : 4;
my $directory = PostgreSQL::Test::Utils::tempdir;
my %kinds = (
	snowflake => [ 'bigint', '((1700000000000 + i * 37) << 22) + i % 4096' ],
	clusters  => [ 'bigint', '(i / 40) * 1099511627776 + i % 40' ],
	random    => [ 'uuid', 'md5(i::text)' ],
	v7        => [ 'uuid', q(lpad(to_hex(1700000000000 + i * 37), 12, '0') || '7' || left(md5(i::text), 3) || '8' || substr(md5(i::text), 4, 15)) ],
	crowded   => [ 'uuid', q('12345678-1234-4567-8' || left(md5(i::text), 3) || '-' || substr(md5(i::text), 4, 12)) ],
	named     => [ 'text', q('person ' || i) ]);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
wdd_configure($node);
$node->start;
wdd_sample($node, 'postgres');

# Of 3,000 persons, the first third always consents, the second never, and the
# rest is taken in and out.
for my $name (sort keys %kinds)
{
	my ($type, $key) = @{ $kinds{$name} };
	$node->safe_psql('postgres', <<"END");
CREATE TABLE $name AS SELECT ($key)::$type AS who, i AS number, 'p' AS phone FROM generate_series(1, 3000) AS i;
CREATE UNIQUE INDEX ON $name (number);
SECURITY LABEL FOR wdd_privacy ON TABLE $name IS 'subject=who';
SECURITY LABEL FOR wdd_privacy ON COLUMN $name.phone IS 'category=contact; purposes=ads';
SELECT wdd.grant_consent(array_agg(who), 'ads') FROM $name WHERE number <= 1000;
CREATE FUNCTION change_$name(n integer, permits boolean) RETURNS void LANGUAGE plpgsql AS \$\$
DECLARE
	person $type := (SELECT who FROM $name WHERE number = n);
BEGIN
	IF permits THEN PERFORM wdd.grant_consent(person, 'ads'); ELSE PERFORM wdd.withdraw_consent(person, 'ads'); END IF;
END \$\$;
END
	append_to_file("$directory/writer", "\\set n random(2001, 3000)\n\\set yes random(0, 3)\nSELECT change_$name(:n, :yes > 0);\n");
	append_to_file("$directory/reader",
		"SELECT 1 / (count(*) FILTER (WHERE number <= 1000) = 1000 AND count(*) FILTER (WHERE number BETWEEN 1001 AND 2000) = 0)::integer"
		. " FROM $name WHERE phone IS NOT NULL;\n");
}

my @runs = map {
	my $run = { name => $_, out => '', err => '' };
	local $ENV{PGOPTIONS} = '-c wdd_privacy.purpose=ads';
	$run->{harness} = IPC::Run::start([ 'pgbench', '-n', '-T', $seconds, '-c', 2, '-M', 'prepared', '-f', "$directory/$_", $node->connstr('postgres') ],
		'<', \'', '>', \$run->{out}, '2>', \$run->{err});
	$run;
} qw(writer reader);
for my $run (@runs)
{
	$run->{harness}->finish;
	is($?, 0, "no wrong answer to $run->{name}") or diag($run->{err});
	my ($transactions) = $run->{out} =~ /number of transactions actually processed: (\d+)/;
	cmp_ok($transactions // 0, '>', 10, "$run->{name} ran");
	note("$run->{name}: $transactions transactions");
}

for my $name (sort keys %kinds)
{
	my $column = { bigint => 'key_integer', uuid => 'key_uuid', text => 'key_text' }->{ $kinds{$name}[0] };
	is($node->safe_psql('postgres', <<"END"), 0, "$name: in the end the set says what the state of consents says");
SET wdd_privacy.purpose = 'ads';
WITH said AS (SELECT n.number, coalesce(s.permitted, false) AS yes FROM $name n
                LEFT JOIN wdd.consent_state s ON s.$column = n.who AND s.purpose_id = wdd.purpose_id('ads')),
     shown AS (SELECT number FROM $name WHERE phone IS NOT NULL)
SELECT count(*) FROM said LEFT JOIN shown USING (number) WHERE yes <> (shown.number IS NOT NULL);
END
}
like($node->safe_psql('postgres', q(SELECT string_agg(DISTINCT form, ', ' ORDER BY form) FROM wdd.consent_cache_status() WHERE purpose = 'ads')),
	qr/hashed/, 'sets were used');
done_testing();
