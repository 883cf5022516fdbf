"""psycopg2: cursors of both kinds, batches, COPY, transactions, autocommit."""
import io
import psycopg2
import psycopg2.extras
from psycopg2 import errors, extensions
from checking import *


def connect(purpose=''):
    return psycopg2.connect(user='app', options='-c wdd_privacy.purpose=' + purpose)


def refused(cursor, name, sql, primary, arguments=None):
    try:
        cursor.execute(sql, arguments)
        check(name, cursor.rowcount, 'refused')
    except errors.InsufficientPrivilege as e:
        check(name, (e.pgcode, e.diag.message_primary), ('42501', primary))


a, other = connect('service'), connect()
other.autocommit = True
with a, a.cursor() as c:
    c.execute(PHONES)
    check('select', [row[0] for row in c], ALL)
    c.execute('INSERT INTO people (name, phone) VALUES (%s, %s) RETURNING id, phone', ('new', 'p6'))
    new, phone = c.fetchone()
    check('insert returning', (new > 5, phone), (True, 'p6'))
    c.execute('UPDATE people SET phone = %s, city = %s WHERE phone = %s', ('p7', 'x', 'p6'))
    check('update', c.rowcount, 1)
    c.executemany('INSERT INTO people (name, phone) VALUES (%s, %s)', [('m', 'm1'), ('m', 'm2')])
    psycopg2.extras.execute_values(c, 'INSERT INTO people (name, phone) VALUES %s', [('v', 'm3'), ('v', 'm4')])
    psycopg2.extras.execute_batch(c, 'UPDATE people SET city = %s WHERE phone = %s', [('y', 'm1'), ('y', 'm2')])
    c.execute('SELECT count(*) FROM people WHERE phone LIKE %s', ('m%',))
    check('executemany, execute_values, execute_batch', c.fetchone()[0], 4)
    c.execute('DELETE FROM people WHERE phone = ANY (%s)', (['m1', 'm2', 'm3', 'm4', 'p7'],))
    check('delete', c.rowcount, 5)
    c.copy_expert(COPY_IN, io.StringIO('c\tp8\nc\tp9\n'))
    check('COPY FROM', c.rowcount, 2)
    c.execute("DELETE FROM people WHERE name = 'c'")
a.close()

a = connect('ads')
with a, a.cursor(cursor_factory=psycopg2.extras.DictCursor) as c:
    c.execute(SELECT_ALL)
    row = c.fetchone()
    check('SELECT *: what is not listed is masked', (row['phone'], row['email']), ('p1', 'p*@example.com'))
    out = io.StringIO()
    c.copy_expert(COPY_OUT, out)
    check('COPY TO', out.getvalue(), '1\tp1\n3\tp3\n4\tp4\n5\tp5\n')
with a, a.cursor('server_side') as c, other.cursor() as withdrawing:
    c.itersize = 1
    c.execute(PHONES)
    got = [c.fetchone()[0]]
    withdrawing.execute(WITHDRAW)
    got += [row[0] for row in c]
    check('a cursor of the server keeps what it began with', got, PERMITTED)
with a, a.cursor('another') as c:
    c.execute(PHONES)
    check('the next one does not', [row[0] for row in c], WITHDRAWN)
with a.cursor('held', withhold=True, scrollable=True) as c:
    c.execute(PHONES)
    c.fetchone()
    a.commit()
    check('a cursor that is held after the transaction', c.fetchall(), [('p4',), ('p5',)])
    c.scroll(0, mode='absolute')
    check('and scrolled', c.fetchone(), ('p1',))
a.rollback()

# a refusal fails the transaction, as every error; the connection goes on
with a.cursor() as c:
    refused(c, 'refused: a person who does not permit', "INSERT INTO people (id, phone) VALUES (20, 'x')", UNSTORED)
    check('in a failed transaction', a.info.transaction_status, extensions.TRANSACTION_STATUS_INERROR)
    a.rollback()
    c.execute('SAVEPOINT s')
    refused(c, 'refused after a savepoint', "INSERT INTO people (id, phone) VALUES (20, 'x')", UNSTORED)
    c.execute('ROLLBACK TO s')
    c.execute(PHONES)
    check('the transaction goes on', c.rowcount, 3)
a.commit()
a.autocommit = True
with a.cursor() as c:
    c.execute("SET wdd_privacy.purpose = ''")
    refused(c, 'refused without a purpose', PHONES, UNSTATED)
    check('autocommit leaves no transaction', a.info.transaction_status, extensions.TRANSACTION_STATUS_IDLE)
    c.execute('INSERT INTO people (name) VALUES (%s) RETURNING id', ('bare',))
    check('a person is registered without a purpose', c.fetchone()[0] > 5)
    c.execute("SELECT wdd.set_purpose('ads')")
    c.execute(PHONES)
    check('the connection goes on', c.rowcount, 3)
print('done')
