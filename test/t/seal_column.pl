# wdd.seal_column(): a server that dies amid it, writers beside it, a dump amid
# it; and a reveal view in a dump.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $keys = "wdd_privacy.key_command = 'echo 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'";
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
wdd_configure($node, 'fsync = off', $keys);
$node->start;
my $other = PostgreSQL::Test::Cluster->new('other');
$other->init;
wdd_configure($other, 'fsync = off', $keys);
$other->start;
my $directory = PostgreSQL::Test::Utils::tempdir;
for my $cluster ($node, $other)
{
	$cluster->safe_psql('postgres', 'CREATE ROLE app; CREATE ROLE owner');
}

$node->safe_psql('postgres', <<'END');
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_category('contact'), wdd.add_purpose('service', 'contract');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'backup', 'restore']) p;
CREATE TABLE users (user_id integer PRIMARY KEY, phone text NOT NULL, visits integer NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX users_phone ON users (phone);
INSERT INTO users SELECT i, '138' || lpad(i::text, 8, '0') FROM generate_series(1, 20000) i;
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service';
CREATE TABLE half (user_id integer PRIMARY KEY, phone text);
INSERT INTO half SELECT i, '137' || lpad(i::text, 8, '0') FROM generate_series(1, 3000) i;
SECURITY LABEL FOR wdd_privacy ON TABLE half IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN half.phone IS 'category=contact; purposes=service';
END

# The server dies after some batches.
my $sealing = $node->background_psql('postgres', on_error_stop => 0);
$sealing->query_until(qr/begun/, "\\echo begun\nCALL wdd.seal_column('users', 'phone', online => true, batch_pages => 1);\n");
$node->poll_query_until('postgres', 'SELECT count(*) = 1 FROM wdd.sealing WHERE next_page >= 5') or die 'no progress';
$node->stop('immediate');
eval { $sealing->quit };
$node->start;
my $done = $node->safe_psql('postgres', 'SELECT next_page FROM wdd.sealing_progress');
cmp_ok($done, '>=', 5, 'what was sealed before a crash is noted');
my ($rows, $left) = split /\|/, $node->safe_psql('postgres',
	"SET wdd_privacy.purpose = 'service'; SELECT (SELECT sealed_rows FROM wdd.sealing), count(phone_sealed) FROM users");
is($rows, $left, 'and nothing else is sealed');

# Writers while it goes on.
my $script = "$directory/writers.sql";
append_to_file($script, <<'END');
\set id random(1, 20000)
\set new random(100000, 99999999)
SET wdd_privacy.purpose = 'service';
UPDATE users SET phone = '137' || lpad(:new::text, 8, '0'), visits = visits + 1 WHERE user_id = :id;
INSERT INTO users VALUES (20000 + :new, '136' || lpad(:new::text, 8, '0')) ON CONFLICT DO NOTHING;
DELETE FROM users WHERE user_id = 20000 + :new AND :id % 3 = 0;
END
my $bench = IPC::Run::start(
	[ 'pgbench', '-n', '-c', '2', '-T', '4', '-f', $script, '-M', 'simple', $node->connstr('postgres') ],
	'>', "$directory/pgbench.out", '2>', "$directory/pgbench.err");
my ($out, $err) = run_sql($node, 'postgres', "CALL wdd.seal_column('users', 'phone', batch_pages => 3)");
like($err, qr/NOTICE:  column "phone" of table "public\.users" is being sealed already; going on at page [1-9]\d* of/,
	'the next call goes on where it was interrupted');
like($err, qr/is sealed, as wdd\.sealed_phone: \d+ rows/, 'and ends');
$bench->finish;
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM users WHERE visits > 0'), '>', 100, 'beside writers');
is($node->safe_psql('postgres', <<'END'), 't|t|t|wdd.sealed_phone|t', 'every row is sealed, those written meanwhile, too');
SET wdd_privacy.purpose = 'service';
SELECT count(*) = count(phone), bool_and(wdd.reveal(phone) ~ '^13[678][0-9]{8}$'),
       bool_and(visits > 0 OR user_id > 20000 OR wdd.reveal(phone) = '138' || lpad(user_id::text, 8, '0')),
       (SELECT format_type(atttypid, -1) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'phone'),
       (SELECT indisunique AND indisvalid FROM pg_index WHERE indexrelid = 'users_phone'::regclass)
FROM users;
END
is($node->safe_psql('postgres', 'SELECT count(*) FROM wdd.sealing'), '0', 'nothing is left of it');
$node->safe_psql('postgres', 'VACUUM FULL users; CHECKPOINT');
my $file = $node->data_dir . '/' . $node->safe_psql('postgres', "SELECT pg_relation_filepath('users')");
unlike(slurp_file($file), qr/13[678][0-9]{8}/, 'and after VACUUM FULL no plaintext in its file');

# A dump amid it, and a reveal view.
$node->safe_psql('postgres', <<'END');
SELECT wdd.seal_begin('half', 'phone', NULL, true), wdd.seal_batch('half', 'phone', 4);
GRANT SELECT, INSERT, UPDATE ON users TO app;
GRANT CREATE ON SCHEMA public TO owner;
ALTER TABLE users OWNER TO owner;
ALTER TABLE users ADD COLUMN city text DEFAULT 'Beijing';
SELECT wdd.create_reveal_view('users', 'persons');
SELECT wdd.grant_purpose('service', 'app');
END
$ENV{PGOPTIONS} = '-c wdd_privacy.purpose=backup';
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/dump", $node->connstr('postgres') ], 'pg_dump');
$ENV{PGOPTIONS} = '-c wdd_privacy.purpose=restore';
$other->command_ok([ 'pg_restore', '--exit-on-error', '-d', $other->connstr('postgres'), "$directory/dump" ], 'pg_restore');
delete $ENV{PGOPTIONS};
my $view = <<'END';
SELECT pg_get_viewdef('persons'::regclass), (SELECT reloptions FROM pg_class WHERE oid = 'persons'::regclass);
SELECT relowner::regrole, relacl FROM pg_class WHERE oid = 'persons'::regclass;
SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'persons'::regclass;
SELECT attname, pg_get_expr(adbin, adrelid) FROM pg_attribute JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = 'persons'::regclass;
SET ROLE app;
SET wdd_privacy.purpose = 'service';
SELECT * FROM persons ORDER BY user_id LIMIT 20;
END
is($other->safe_psql('postgres', $view), $node->safe_psql('postgres', $view), 'a reveal view is the same in a restored database');
is($other->safe_psql('postgres', <<'END'), "13500000001|Beijing|1\n13500000001|Shanghai", 'and can be written to');
SET ROLE app;
SET wdd_privacy.purpose = 'service';
INSERT INTO persons (user_id, phone, visits) VALUES (-1, '135 0000 0001', 1) RETURNING phone, city, visits;
UPDATE persons SET city = 'Shanghai' WHERE phone = '13500000001' RETURNING phone, city;
END
($out, $err) = run_sql($other, 'postgres', "CALL wdd.seal_column('half', 'phone')");
like($err, qr/going on at page 0 of.*is sealed, as wdd\.sealed_phone/s, 'in a restored database sealing begins at the first page');
is($other->safe_psql('postgres', "SET wdd_privacy.purpose = 'service'; SELECT count(*), count(*) FILTER (WHERE wdd.reveal(phone) = '137' || lpad(user_id::text, 8, '0')) FROM half"),
	'3000|3000', 'and all are sealed');

# Two who update one row through the view.
$node->safe_psql('postgres', "SELECT wdd.grant_purpose('service', 'owner')");
my $one = open_session($node, 'postgres', purpose => 'service');
my $two = open_session($node, 'postgres', purpose => 'service');
answer($one, 'BEGIN');
answer($one, 'UPDATE persons SET visits = visits + 1 WHERE user_id = 1');
$two->query_until(qr/waits/, "\\echo waits\nUPDATE persons SET visits = visits + 1 WHERE user_id = 1;\n\\echo state :SQLSTATE\n");
$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'") or die 'nobody waits';
answer($one, 'COMMIT');
like($two->query('SELECT 1'), qr/state 40001/, 'a row that was changed meanwhile is not overwritten');
$one->quit;
$two->quit;

$node->stop;
$other->stop;
done_testing();
