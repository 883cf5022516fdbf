"""psycopg 3: parameters by the extended protocol, prepared statements, pipelines, COPY."""
import psycopg
from psycopg import errors
from checking import *


def connect(purpose='', **arguments):
    return psycopg.connect('user=app', options='-c wdd_privacy.purpose=' + purpose, **arguments)


def refused(name, action, primary):
    try:
        action()
        check(name, 'done', 'refused')
    except errors.InsufficientPrivilege as e:
        check(name, (e.sqlstate, e.diag.message_primary, bool(e.diag.message_hint)), ('42501', primary, True))


other = connect(autocommit=True)
with connect('service') as a:
    check('select', [row[0] for row in a.execute(PHONES)], ALL)
    new, phone = a.execute('INSERT INTO people (name, phone) VALUES (%s, %s) RETURNING id, phone', ('new', 'p6')).fetchone()
    check('insert returning', (new > 5, phone), (True, 'p6'))
    check('update', a.execute('UPDATE people SET phone = %s WHERE id = %s', ('p7', new)).rowcount, 1)
    with a.cursor() as c:
        c.executemany('INSERT INTO people (name, phone) VALUES (%s, %s) RETURNING phone', [('m', 'm1'), ('m', 'm2')], returning=True)
        got = [c.fetchone()[0]]
        while c.nextset():
            got.append(c.fetchone()[0])
        check('executemany returning', got, ['m1', 'm2'])
        with c.copy(COPY_IN) as copy:
            copy.write_row(('c', 'm3'))
            copy.write_row(('c', 'm4'))
        check('COPY FROM', c.rowcount, 2)
    check('delete', a.execute('DELETE FROM people WHERE id > 5').rowcount, 5)

a = connect('ads')
check('binary', [row[0] for row in a.execute(PHONES, binary=True)], PERMITTED)
check('SELECT *: what is not listed is masked', a.execute(SELECT_ALL).fetchone()[3], 'p*@example.com')
with a.cursor() as c, c.copy(COPY_OUT) as copy:
    check('COPY TO', [row[1] for row in copy.rows()], PERMITTED)
with a.cursor('server_side') as c:
    c.itersize = 1
    c.execute(PHONES)
    got = [c.fetchone()[0]]
    other.execute(WITHDRAW)
    check('a cursor of the server keeps what it began with', got + [row[0] for row in c], PERMITTED)
    check('the next statement does not, in the same transaction', [row[0] for row in a.execute(PHONES)], WITHDRAWN)
a.commit()

# a statement that is prepared asks anew whenever it is executed
by_id = 'SELECT phone FROM people WHERE id = %s'
got = [a.execute(by_id, (3,), prepare=True).fetchone() for _ in range(7)]
other.execute(CONSENT, (3,))
a.commit()
got.append(a.execute(by_id, (3,), prepare=True).fetchone())
check('prepared', got, [None] * 7 + [('p3',)])
a.execute("SET LOCAL wdd_privacy.purpose = 'service'")
check('prepared, for another purpose', a.execute('SELECT phone FROM people WHERE id = %s', (2,), prepare=True).fetchone(), ('p2',))
a.rollback()
check('and for the first again', a.execute(by_id, (2,), prepare=True).fetchone(), None)
a.commit()
if psycopg.capabilities.has_pipeline() if hasattr(psycopg, 'capabilities') else psycopg.Pipeline.is_supported():
    with a.pipeline():
        first = a.execute(by_id, (1,))
        second = a.execute(by_id, (2,))
    check('pipeline', (first.fetchone(), second.fetchone()), (('p1',), None))
    a.commit()

refused('refused: a person who does not permit', lambda: a.execute("INSERT INTO people (id, phone) VALUES (20, 'x')"), UNSTORED)
a.rollback()
with a.transaction():
    def nested():
        with a.transaction():
            a.execute("SET LOCAL wdd_privacy.purpose = ''")
            a.execute(PHONES)
    refused('refused in a nested transaction', nested, UNSTATED)
    check('the outer one goes on, for its purpose', [row[0] for row in a.execute(PHONES)], PERMITTED)
a.autocommit = True
a.execute("SET wdd_privacy.purpose = ''")
refused('refused without a purpose', lambda: a.execute(PHONES), UNSTATED)
check('no transaction is left', a.info.transaction_status, psycopg.pq.TransactionStatus.IDLE)
check('a person is registered without', a.execute('INSERT INTO people (name) VALUES (%s) RETURNING id', ('bare',)).fetchone()[0] > 5)
print('done')
