# A publisher with labels and a subscriber: what may be published, table
# synchronisation under purpose replication, what a labelled subscriber applies, plain
# SQL on replication connections.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $publisher = PostgreSQL::Test::Cluster->new('publisher');
$publisher->init(allows_streaming => 'logical');
wdd_configure($publisher, 'fsync = off');
$publisher->start;
wdd_sample($publisher, 'postgres');
$publisher->safe_psql('postgres', <<'END');
CREATE ROLE replicator LOGIN REPLICATION;
GRANT SELECT ON users TO replicator;
END

my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init;
wdd_configure($subscriber, 'fsync = off');
$subscriber->start;
$subscriber->safe_psql('postgres', 'CREATE TABLE users (user_id bigint PRIMARY KEY, phone text, city text)');

my $connection = $publisher->connstr('postgres') . ' user=replicator';

# Wait until the subscriber's table gives this answer.
sub comes_to
{
	my ($expected, $name, $sql) = @_;
	$sql //= q{SELECT string_agg(concat_ws(':', user_id, phone, city), ',' ORDER BY user_id) FROM users};
	ok($subscriber->poll_query_until('postgres', $sql, $expected), $name);
	return;
}

# A list of columns without the labelled ones needs no purpose.
$publisher->safe_psql('postgres', 'CREATE PUBLICATION unlabelled FOR TABLE users (user_id, city)');
$subscriber->safe_psql('postgres',
	"CREATE SUBSCRIPTION s CONNECTION \$c\$$connection\$c\$ PUBLICATION unlabelled");
comes_to('1:c,2:c,3:c', 'unlabelled columns are synchronised without a purpose');
$publisher->safe_psql('postgres', q{UPDATE users SET city = 'd' WHERE user_id = 2});
comes_to('1:c,2:d,3:c', 'and followed');
$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION s');
$subscriber->safe_psql('postgres', 'TRUNCATE users');

# Labelled columns need purpose replication, of who publishes ...
refused($publisher, 'postgres', 'CREATE PUBLICATION labelled FOR TABLE users',
	qr/publication "labelled" may not publish column "phone" of table "public.users"/, 'publishing labelled columns');
refused($publisher, 'postgres', q{SELECT * FROM pg_create_logical_replication_slot('s', 'test_decoding')},
	qr/function pg_create_logical_replication_slot\(\) may not be used/, 'a slot by SQL');
$publisher->safe_psql('postgres', <<'END');
SELECT wdd.grant_purpose('replication', session_user::regrole);
SET wdd_privacy.purpose = 'replication';
CREATE PUBLICATION labelled FOR TABLE users;
SELECT slot_name FROM pg_create_logical_replication_slot('by_sql', 'test_decoding');
END
refused($publisher, 'postgres', q{SELECT * FROM pg_logical_slot_get_changes('by_sql', NULL, NULL)},
	qr/function pg_logical_slot_get_changes\(\) may not be used/, 'decoding without the purpose');
$publisher->safe_psql('postgres', q{UPDATE users SET city = 'e' WHERE user_id = 2});
like($publisher->safe_psql('postgres', <<'END'), qr/p2/, 'decoding with the purpose');
SET wdd_privacy.purpose = 'replication';
SELECT data FROM pg_logical_slot_get_changes('by_sql', NULL, NULL);
SELECT pg_drop_replication_slot('by_sql');
END

# ... and of who synchronises.
my $log = -s $publisher->logfile;
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION s CONNECTION \$c\$$connection\$c\$ PUBLICATION labelled");
ok($publisher->wait_for_log(qr/column "phone" of table "public.users" cannot be used without a purpose/, $log),
	'synchronisation without a purpose is refused');
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM users'), '0', 'and brings nothing');
$publisher->safe_psql('postgres', <<'END');
SELECT wdd.grant_purpose('replication', 'replicator');
ALTER ROLE replicator SET wdd_privacy.purpose = 'replication';
END
comes_to('1:p1:c,2:p2:e,3:p3:c', 'a purpose by the setting of the role: every row is synchronised');
$publisher->safe_psql('postgres', q{DELETE FROM users WHERE user_id = 3});
comes_to('1:p1:c,2:p2:e', 'and followed');
$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION s');
$subscriber->safe_psql('postgres', 'TRUNCATE users');
$publisher->safe_psql('postgres', 'ALTER ROLE replicator RESET wdd_privacy.purpose');
$subscriber->safe_psql('postgres', <<"END");
CREATE SUBSCRIPTION s CONNECTION \$c\$$connection options='-c wdd_privacy.purpose=replication'\$c\$ PUBLICATION labelled
END
comes_to('1:p1:c,2:p2:e', 'a purpose by the connection string');

# A subscriber with labels of its own takes what comes, and guards it.
$subscriber->safe_psql('postgres', <<'END');
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_category('contact'), wdd.add_purpose('ads', 'consent');
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads';
END
$publisher->safe_psql('postgres', <<'END');
SET wdd_privacy.purpose = 'service';
INSERT INTO users VALUES (4, 'p4', 'f');
END
comes_to('4', 'rows arrive in a labelled table of the subscriber', 'SELECT max(user_id) FROM users');
refused($subscriber, 'postgres', 'SELECT phone FROM users',
	qr/column "phone" of table "public.users" cannot be used without a purpose/, 'the subscriber guards its copy');

# As a whole: tables that are labelled before the first row comes, one
# of them without a key, so that old rows are found by all their columns.
$publisher->safe_psql('postgres', <<'END');
CREATE TABLE notes (user_id bigint, note text, seen int);
ALTER TABLE notes REPLICA IDENTITY FULL;
INSERT INTO notes VALUES (1, 'n1', 0), (2, 'n2', 0), (3, NULL, 0), (1, 'n1', 0);
SECURITY LABEL FOR wdd_privacy ON TABLE notes IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN notes.note IS 'category=contact; purposes=ads, service';
GRANT SELECT ON notes TO replicator;
SET wdd_privacy.purpose = 'replication';
CREATE PUBLICATION with_notes FOR TABLE users, notes;
END
$subscriber->safe_psql('postgres', <<"END");
DROP SUBSCRIPTION s;
TRUNCATE users;
CREATE TABLE notes (user_id bigint, note text, seen int);
SECURITY LABEL FOR wdd_privacy ON TABLE notes IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN notes.note IS 'category=contact; purposes=ads';
SELECT wdd.grant_consent(1::bigint, 'ads'), wdd.grant_purpose('ads', session_user::regrole);
CREATE SUBSCRIPTION s CONNECTION \$c\$$connection options='-c wdd_privacy.purpose=replication'\$c\$ PUBLICATION with_notes
END
my $count = q{SELECT count(*) || ' ' || sum(seen) || ' ' || sum(user_id) FROM notes};
comes_to('3', 'the initial copy of a labelled table', 'SELECT count(*) FROM users');
comes_to('4 0 7', 'and of one without a key', $count);
my $seen = q{SET wdd_privacy.purpose = 'ads'; SELECT user_id, note, seen FROM notes ORDER BY note, seen};
is($subscriber->safe_psql('postgres', $seen), "1|n1|0\n1|n1|0", 'what came is shown as the persons permit there');
$publisher->safe_psql('postgres', <<'END');
SET wdd_privacy.purpose = 'service';
UPDATE notes SET seen = 1 WHERE user_id = 2;
UPDATE notes SET note = 'changed', seen = 2 WHERE ctid = (SELECT min(ctid) FROM notes WHERE user_id = 1);
DELETE FROM notes WHERE user_id = 3;
INSERT INTO notes VALUES (1, 'n4', 4), (2, 'n5', 8);
UPDATE users SET phone = 'p1b' WHERE user_id = 1;
DELETE FROM users WHERE user_id = 2;
INSERT INTO users VALUES (9, 'p9', 'g');
END
comes_to('5 15 7', 'changes are applied, rows found by all their columns', $count);
is($subscriber->safe_psql('postgres', $seen), "1|changed|2\n1|n1|0\n1|n4|4", 'and shown as the persons permit there');
comes_to('1,4,9', 'changes of rows found by their key', q{SELECT string_agg(user_id::text, ',' ORDER BY user_id) FROM users});
is($subscriber->safe_psql('postgres', q{SET wdd_privacy.purpose = 'ads'; SELECT user_id, phone FROM users}), '1|p1b', 'with their values');
$publisher->safe_psql('postgres', 'TRUNCATE notes');
comes_to('0', 'TRUNCATE, too', 'SELECT count(*) FROM notes');
$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION s');

# Plain SQL on a replication connection is guarded as any other.
foreach my $sql ('SELECT phone FROM users', 'COPY users TO STDOUT', 'COPY (SELECT phone FROM users) TO STDOUT')
{
	my ($status, $out, $err) = $publisher->psql('postgres', $sql,
		connstr => $publisher->connstr('postgres') . ' replication=database');
	like($err, qr/cannot be used without a purpose/, "replication connection: $sql");
	is($out, '', "replication connection: $sql: nothing shown");
}

$subscriber->stop;
$publisher->stop;
done_testing();
