# pgbouncer in every pooling mode, by psycopg2, and by psycopg 3 where it is there:
# prepared statements.  psycopg2 without it.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my ($pgbouncer) = grep { -x } qw(/usr/sbin/pgbouncer /usr/bin/pgbouncer);
plan skip_all => 'pgbouncer is not installed' unless $pgbouncer;
plan skip_all => 'psycopg2 is not installed' if system('/usr/bin/python3 -c "import psycopg2" 2>/dev/null');

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
wdd_configure($node, 'fsync = off');
$node->start;
wdd_sample($node, 'postgres');
$node->safe_psql('postgres', <<'END');
CREATE ROLE app LOGIN;
CREATE ROLE reporter LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO app, reporter;
SELECT wdd.grant_purpose('ads', 'app'), wdd.grant_purpose('service', 'app'), wdd.grant_purpose('ads', 'reporter');
ALTER ROLE reporter SET wdd_privacy.purpose = 'ads';
END

my $directory = PostgreSQL::Test::Utils::tempdir_short;
my $port = PostgreSQL::Test::Cluster::get_free_port();
my ($host, $server_port) = ($node->host, $node->port);
append_to_file("$directory/users", qq("app" ""\n"reporter" ""\n));
append_to_file("$directory/ini", <<"END");
[databases]
tx = host=$host port=$server_port dbname=postgres pool_mode=transaction pool_size=1
session = host=$host port=$server_port dbname=postgres pool_mode=session pool_size=1
statement = host=$host port=$server_port dbname=postgres pool_mode=statement pool_size=1
[pgbouncer]
listen_addr =
listen_port = $port
unix_socket_dir = $directory
auth_type = trust
auth_file = $directory/users
server_reset_query = DISCARD ALL
pidfile = $directory/pid
logfile = $directory/log
END
system_or_bail($pgbouncer, '-d', '-q', "$directory/ini");
END
{
	if (defined $directory && -e "$directory/pid")
	{
		my $status = $?;
		kill 'INT', slurp_file("$directory/pid") + 0;
		$? = $status;
	}
}

append_to_file("$directory/test.py", <<"END");
import io, sys, psycopg2
from psycopg2 import errors

def connect(database, user, port=$port, host='$directory'):
    return psycopg2.connect(host=host, port=port, dbname=database, user=user)

def check(name, got, expected):
    print(('ok' if got == expected else 'not ok: got %r, expected %r' % (got, expected)), '-', name)

def refused(connection, sql, arguments=None):
    try:
        with connection.cursor() as c:
            c.execute(sql, arguments)
            return c.fetchall()
    except errors.InsufficientPrivilege as e:
        connection.rollback()
        return e.pgcode, e.diag.message_primary, bool(e.diag.message_detail), bool(e.diag.message_hint)

def refused_at_once(connection, sql):
    try:
        with connection.cursor() as c:
            c.execute(sql)
            return c.fetchall()
    except errors.InsufficientPrivilege as e:
        return e.pgcode, e.diag.message_primary, bool(e.diag.message_detail), bool(e.diag.message_hint)

read = 'SELECT phone FROM users ORDER BY 1'
UNSTATED = ('42501', 'column "phone" of table "public.users" cannot be used without a purpose', True, True)

# transaction pooling: one server connection serves two clients in turn
a, b = connect('tx', 'app'), connect('tx', 'app')
with a, a.cursor() as c:
    c.execute("SET LOCAL wdd_privacy.purpose = 'service'")
    c.execute(read)
    check('transaction pooling: SET LOCAL', c.fetchall(), [('p1',), ('p2',), ('p3',)])
check('transaction pooling: the next client has no purpose', refused(b, read), UNSTATED)
with b, b.cursor() as c:
    c.execute("SELECT wdd.set_purpose('ads', is_local => true)")
    c.execute(read)
    check('transaction pooling: nor the other one\\'s', c.fetchall(), [('p1',), ('p3',)])
check('transaction pooling: gone with the transaction', refused(a, read), UNSTATED)
a.close(); b.close()

# session pooling: DISCARD ALL between clients
a = connect('session', 'app'); a.autocommit = True
with a.cursor() as c:
    c.execute("SET wdd_privacy.purpose = 'ads'")
    c.execute(read)
    check('session pooling', c.fetchall(), [('p1',), ('p3',)])
a.close()
a = connect('session', 'app')
check('session pooling: DISCARD ALL', refused(a, read), UNSTATED)
a.close()

# statement pooling: the role's purpose
a = connect('statement', 'reporter'); a.autocommit = True
with a.cursor() as c:
    c.execute(read)
    check('statement pooling: purpose of the role', c.fetchall(), [('p1',), ('p3',)])
    c.execute("INSERT INTO users (user_id, city) VALUES (90, 'x') RETURNING user_id, phone")
    check('statement pooling: INSERT RETURNING', c.fetchall(), [(90, None)])
    c.execute("UPDATE users SET city = 'y' WHERE phone = 'p3'")
    check('statement pooling: UPDATE', c.rowcount, 1)
    c.execute("DELETE FROM users WHERE user_id = 90")
    try:
        c.execute("UPDATE users SET phone = 'x' WHERE user_id = 2; INSERT INTO users VALUES (91, 'x')")
        check('statement pooling', 'stored', 'refused')
    except errors.InsufficientPrivilege as e:
        check('statement pooling: who does not permit', e.pgcode, '42501')
    c.execute(read)
    check('statement pooling: the connection goes on', c.fetchall(), [('p1',), ('p3',)])
# a role without a purpose of its own has none there: what it stated would be the next client's
b = connect('statement', 'app'); b.autocommit = True
check('statement pooling: no purpose', refused_at_once(b, read), UNSTATED)
with b.cursor() as c:
    c.execute('SELECT user_id, city FROM users WHERE user_id = 3')
    check('statement pooling: what needs none', c.fetchall(), [(3, 'y')])
a.close(); b.close()

# psycopg2 by itself
a = connect('postgres', 'app', $server_port, '$host')
check('refusal is InsufficientPrivilege', refused(a, read), UNSTATED)
with a.cursor() as c:
    c.execute('SELECT count(*) FROM users')
    check('the connection goes on', c.fetchall(), [(3,)])
a.commit()
with a.cursor() as c:
    c.execute("SET wdd_privacy.purpose = 'ads'")
a.commit()
with a.cursor('server_side') as c:
    c.itersize = 1
    c.execute('SELECT user_id, phone FROM users WHERE user_id < %s ORDER BY 1', (4,))
    check('server-side cursor', list(c), [(1, 'p1'), (3, 'p3')])
a.commit()
with a.cursor() as c:
    out = io.StringIO()
    c.copy_expert('COPY users (user_id, phone) TO STDOUT', out)
    check('COPY TO', out.getvalue(), '1\\tp1\\n3\\tp3\\n')
    c.executemany('INSERT INTO users (user_id, city) VALUES (%s, %s)', [(11, 'x'), (12, 'y')])
    c.execute('SELECT count(*) FROM users')
    check('executemany', c.fetchall(), [(5,)])
    try:
        c.copy_expert('COPY users (user_id, phone) FROM STDIN', io.StringIO('13\\tp\\n'))
        check('COPY FROM', 'stored', 'refused')
    except errors.InsufficientPrivilege as e:
        check('COPY FROM', e.pgcode, '42501')
a.rollback()

# with autocommit a refusal leaves no failed transaction behind
a.autocommit = True
with a.cursor() as c:
    c.execute("SET wdd_privacy.purpose = ''")
    check('autocommit: refused', refused(a, read), UNSTATED)
    check('autocommit: no transaction is open', a.info.transaction_status, psycopg2.extensions.TRANSACTION_STATUS_IDLE)
    c.execute("SET wdd_privacy.purpose = 'service'")
    c.copy_expert('COPY users (user_id, phone) FROM STDIN', io.StringIO('21\\tp21\\n22\\tp22\\n'))
    check('COPY FROM what may be stored', c.rowcount, 2)
    c.executemany('INSERT INTO users (user_id, phone) VALUES (%s, %s)', [(23, 'p23'), (24, 'p24')])
    c.execute(read)
    check('all is there', [row[0] for row in c], ['p1', 'p2', 'p21', 'p22', 'p23', 'p24', 'p3'])
    c.execute("SET wdd_privacy.purpose = 'ads'")
    try:
        c.executemany('INSERT INTO users (user_id, phone) VALUES (%s, %s)', [(25, None), (26, 'p26')])
        check('executemany', 'stored', 'refused')
    except errors.InsufficientPrivilege as e:
        check('executemany is refused at the row of who does not permit', e.pgcode, '42501')
    c.execute('SELECT count(*) FROM users')
    check('the row before it stays, as ever with autocommit', c.fetchall(), [(8,)])
a.close()
END
my ($out, $err) = run_command([ '/usr/bin/python3', "$directory/test.py" ]);
is($err, '', 'python has nothing to complain of');
like($_, qr/^ok/, $_) for split /\n/, $out;
is(scalar(split /\n/, $out), 25, 'all of them ran');

# Prepared statements.  This pgbouncer passes those of the protocol on in session
# mode only (1.21 and later also in the others); in transaction mode the unnamed
# one, with parameters, and those of SQL within the transaction.
append_to_file("$directory/prepared.py", <<"END");
import psycopg

def connect(database, user):
    return psycopg.connect(host='$directory', port=$port, dbname=database, user=user, prepare_threshold=None)

def check(name, got, expected):
    print(('ok' if got == expected else 'not ok: got %r, expected %r' % (got, expected)), '-', name)

by_id = 'SELECT phone FROM users WHERE user_id = %s'
a, b = connect('tx', 'app'), connect('tx', 'app')
for connection, purpose, expected in (a, 'service', 'p2'), (b, 'ads', None), (a, 'service', 'p2'):
    with connection.transaction():
        connection.execute('SELECT wdd.set_purpose(%s, is_local => true)', (purpose,))
        row = connection.execute(by_id, (2,)).fetchone()
        check('transaction pooling: parameters, for ' + purpose, row and row[0], expected)
        connection.execute('PREPARE by_id(bigint) AS SELECT phone FROM users WHERE user_id = \$1')
        row = connection.execute('EXECUTE by_id(2)').fetchone()
        check('transaction pooling: PREPARE, for ' + purpose, row and row[0], expected)
        connection.execute('DEALLOCATE by_id')
# one that is left behind is the next client's to execute, for that one's purpose
with a.transaction():
    a.execute("SET LOCAL wdd_privacy.purpose = 'service'")
    a.execute('PREPARE left_behind AS SELECT phone FROM users WHERE user_id = 2')
    check('transaction pooling: prepared for service', a.execute('EXECUTE left_behind').fetchone(), ('p2',))
try:
    with b.transaction():
        check('transaction pooling', b.execute('EXECUTE left_behind').fetchone(), 'refused')
except psycopg.errors.InsufficientPrivilege as e:
    check('transaction pooling: without a purpose, it is refused to the next', e.sqlstate, '42501')
with b.transaction():
    b.execute("SET LOCAL wdd_privacy.purpose = 'ads'")
    check('transaction pooling: for ads, it hides', b.execute('EXECUTE left_behind').fetchone(), None)
    b.execute('DEALLOCATE left_behind')
a.close(); b.close()

a = connect('statement', 'reporter')
a.autocommit = True
check('statement pooling: parameters', [a.execute(by_id, (key,)).fetchone() for key in (1, 2, 3)], [('p1',), None, ('p3',)])
a.close()

a = connect('session', 'app')
a.autocommit = True
got = []
for purpose in 'ads', 'service', 'ads':
    a.execute('SELECT wdd.set_purpose(%s)', (purpose,))
    got += [a.execute(by_id, (2,), prepare=True).fetchone() for _ in range(7)]
check('session pooling: prepared by the protocol', got, [None] * 7 + [('p2',)] * 7 + [None] * 7)
a.close()
END
SKIP:
{
	skip 'Python has no psycopg', 1 if system('/usr/bin/python3 -c "import psycopg" 2>/dev/null');
	($out, $err) = run_command([ '/usr/bin/python3', "$directory/prepared.py" ]);
	is($err, '', 'python has nothing to complain of: prepared statements');
	like($_, qr/^ok/, $_) for split /\n/, $out;
	is(scalar(split /\n/, $out), 11, 'all of them ran: prepared statements');
}

done_testing();
