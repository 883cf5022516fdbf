# The extended protocol, message by message: portals that are suspended and go
# on, side by side, over changes of purpose and consent; binary results;
# pipelines.  (JDBC with a fetch size does this; psql and libpq cannot.)
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddProtocol;
use WddTest;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
wdd_configure($node, 'fsync = off');
$node->start;
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
CREATE ROLE app LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO app;
SELECT wdd.grant_purpose(p, 'app') FROM unnest(ARRAY['ads', 'service']) p;
SECURITY LABEL FOR wdd_privacy ON COLUMN users.city IS 'category=contact; purposes=service; if_not_listed=mask';
CREATE TABLE many (user_id bigint PRIMARY KEY, phone text);
INSERT INTO many SELECT i, 'p' || i FROM generate_series(1, 1000) i;
SECURITY LABEL FOR wdd_privacy ON TABLE many IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN many.phone IS 'category=contact; purposes=ads, service';
GRANT SELECT ON many TO app;
END
my %as_app = (user => 'app', database => 'postgres');
my $p = WddProtocol->new($node, %as_app);
my $read = 'SELECT user_id, phone FROM users ORDER BY user_id';

# parsing and describing need no purpose; binding, with which a statement starts, does
is($p->parse('read', $read)->describe('S', 'read')->sync, 'described 2', 'a statement is parsed and described without a purpose');
is($p->bind_portal('', 'read')->describe('P', '')->execute('')->sync, 'ERROR 42501', 'binding is refused, for that is where it starts');
is($p->query("SET wdd_privacy.purpose = 'ads'"), 'SET', 'the connection goes on');
is($p->bind_portal('', 'read')->execute('')->sync, '1|p1, 3|p3, SELECT 2', 'the same statement under a purpose');
is($p->bind_portal('', 'read', 1)->execute('')->sync =~ s/\0//gr, "\1|p1, \3|p3, SELECT 2", 'binary results');
is($p->parse_bind('', 'SELECT phone FROM users WHERE user_id = $1', 0, 2)->execute('')->sync, 'SELECT 0', 'a parameter of who does not permit');
is($p->parse_bind('', 'UPDATE users SET phone = $1 WHERE user_id = $2 RETURNING phone', 0, 'p1', 1)->execute('')->sync, 'p1, UPDATE 1', 'UPDATE with parameters');
is($p->parse_bind('', 'INSERT INTO users (user_id, phone) VALUES ($1, $2)', 0, 7, 'p7')->execute('')->sync, 'ERROR 42501', 'INSERT for who does not permit');

# a portal that is suspended, and goes on
$p->query('BEGIN');
is($p->parse_bind('a', $read)->execute('a', 1)->sync, '1|p1, suspended', 'one row, then suspended');
is($p->execute('a', 1)->sync, '3|p3, suspended', 'the next');
is($p->execute('a', 1)->sync, 'SELECT 0', 'and the end');

# two portals under two purposes, in turn: each keeps the purpose it started with
is($p->parse_bind('b', $read)->execute('b', 1)->sync, '1|p1, suspended', 'portal b starts for ads');
is($p->query("SET LOCAL wdd_privacy.purpose = 'service'"), 'SET', 'then the purpose is another');
is($p->parse_bind('c', 'SELECT user_id, phone, city FROM users ORDER BY user_id')->execute('c', 2)->sync, '1|p1|c, 2|p2|c, suspended', 'portal c starts for service');
is($p->execute('b', 1)->execute('c', 1)->execute('b', 1)->sync, '3|p3, suspended, 3|p3|c, suspended, SELECT 0', 'b and c go on in turn, each for its own');
is($p->query("SET LOCAL wdd_privacy.purpose = 'ads'"), 'SET', 'the first again');
is($p->parse_bind('d', 'SELECT user_id, city FROM users ORDER BY user_id')->execute('d', 2)->sync, '1|, 2|, suspended', 'what ads is not listed for is masked');
is($p->query("SET LOCAL wdd_privacy.purpose = 'service'"), 'SET', 'and the purpose changes');
is($p->execute('d', 1)->sync, '3|, suspended', 'the portal masks on');
is($p->query("SET LOCAL wdd_privacy.purpose = ''"), 'SET', 'no purpose any more');
is($p->execute('c')->sync, 'SELECT 0', 'a portal that has started goes on');

# a portal that is bound has started
is($p->query("SET LOCAL wdd_privacy.purpose = 'ads'"), 'SET', 'ads');
is($p->parse_bind('e', $read)->sync, '', 'portal e is bound');
is($p->query("SET LOCAL wdd_privacy.purpose = ''"), 'SET', 'and the purpose is gone');
is($p->execute('e', 1)->sync, '1|p1, suspended', 'it keeps what was stated when it was bound');
$p->query('ROLLBACK');

# an error in one transaction ends its portals
$p->query("SET wdd_privacy.purpose = 'ads'");
$p->query('BEGIN');
is($p->parse_bind('f', $read)->execute('f', 1)->sync, '1|p1, suspended', 'portal f');
is($p->parse_bind('', 'SELECT user_id FROM users WHERE 1/0 > user_id')->execute('')->sync, 'ERROR 22012', 'an error elsewhere');
is($p->execute('f', 1)->sync, 'ERROR 25P02', 'ends the transaction for all portals');
$p->query('ROLLBACK');

# a savepoint takes the purpose back, and the portals that began in it
$p->query('BEGIN');
$p->query("SET LOCAL wdd_privacy.purpose = 'service'; SAVEPOINT s; SET LOCAL wdd_privacy.purpose = 'ads'");
is($p->parse_bind('g', $read)->execute('g', 1)->sync, '1|p1, suspended', 'portal g in a savepoint');
$p->query('ROLLBACK TO s');
is($p->execute('g', 1)->sync, 'ERROR 34000', 'is gone with it');
is($p->query('ROLLBACK TO s'), 'ROLLBACK', 'the transaction is not');
is($p->parse_bind('', $read)->execute('')->sync, '1|p1, 2|p2, 3|p3, SELECT 3', 'and acts for the purpose from before');
$p->query('ROLLBACK');

# a withdrawal between two fetches: what starts after it knows; what had started may go on
$p->query("SET wdd_privacy.purpose = 'ads'");
$node->safe_psql('postgres', "SELECT wdd.grant_consent(array_agg(i), 'ads') FROM generate_series(1, 1000) i(i)");
$p->query('BEGIN');
is($p->parse_bind('h', 'SELECT phone FROM many ORDER BY user_id')->execute('h', 2)->sync, 'p1, p2, suspended', 'portal h');
$node->safe_psql('postgres', "SELECT wdd.withdraw_consent(array_agg(i), 'ads') FROM generate_series(500, 1000) i(i)");
is($p->parse_bind('', 'SELECT count(phone) FROM many')->execute('')->sync, '499, SELECT 1', 'a statement that starts after a withdrawal knows of it');
my $rest = $p->execute('h')->sync;
like($rest, qr/^p3, p4, .*SELECT \d+$/, 'the portal goes on');
is(($rest =~ /SELECT (\d+)/)[0] <= 998, 1, 'with no more than it started with');
$p->query('COMMIT');

# pipelines: each message acts for what the ones before it have stated
is( $p->parse_bind('', "SELECT wdd.set_purpose('service')")->execute('')->parse_bind('', $read)->execute('')
		->parse_bind('', "SELECT wdd.set_purpose('ads')")->execute('')->parse_bind('', "$read LIMIT 1")->execute('')->sync,
	'service, SELECT 1, 1|p1, 2|p2, 3|p3, SELECT 3, ads, SELECT 1, 1|p1, SELECT 1', 'a pipeline');
$p->query("SET wdd_privacy.purpose = ''");
is($p->parse_bind('', 'SELECT 1')->execute('')->parse_bind('', $read)->execute('')->parse_bind('', 'SELECT 2')->execute('')->sync,
	'1, SELECT 1, ERROR 42501', 'a refusal in a pipeline skips the rest, up to Sync');
is($p->parse_bind('', 'SELECT 3')->execute('')->sync, '3, SELECT 1', 'and no further');

# Flush instead of Sync
$p->query("SET wdd_privacy.purpose = 'ads'");
is($p->parse_bind('k', $read)->execute('k', 1)->flush_until('s'), '1|p1, suspended', 'Flush shows what is there');
is($p->execute('k', 0)->sync, '2|p2, 3|p3, SELECT 2', 'and the portal goes on in the same transaction');

# a named statement outlives changes of purpose, and of labels
is($p->bind_portal('', 'read')->execute('')->sync, '1|p1, 2|p2, 3|p3, SELECT 3', 'the statement of the beginning');
$node->safe_psql('postgres', "SELECT wdd.withdraw_consent(2::bigint, 'ads'); SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=service; if_not_listed=mask; mask=full'");
is($p->bind_portal('', 'read')->execute('')->sync, '1|***, 2|***, 3|***, SELECT 3', 'knows the new label');
$p->query("SET wdd_privacy.purpose = 'service'");
is($p->bind_portal('', 'read')->execute('')->sync, '1|p1, 2|p2, 3|p3, SELECT 3', 'and the new purpose');

# a function call message meets no planner
my $dba = WddProtocol->new($node, user => $node->safe_psql('postgres', 'SELECT session_user'), database => 'postgres');
my $oid = $node->safe_psql('postgres', "SELECT 'wdd.row_permitted'::regproc::oid");
like($dba->message('F', pack('N n n n N/a* N/a* n', $oid, 1, 0, 2, 'q1/c1', '1', 0))->flush_until('Z'), qr/^ERROR (?:42501|0A000)/, 'the check function answers no direct call');
is($dba->query('SELECT 1'), 'described 1, 1, SELECT 1', 'and the connection goes on');

done_testing();
