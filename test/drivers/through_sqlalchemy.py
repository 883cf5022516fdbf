"""SQLAlchemy: engine, events, ORM, reflection."""
import os
from sqlalchemy import create_engine, event, exc, func, inspect, select, text, update
from sqlalchemy.orm import Session, declarative_base, defer
from sqlalchemy import BigInteger, Column, Identity, Text
from checking import *

url = 'postgresql+psycopg2://app@/%s?host=%s&port=%s' % (os.environ['PGDATABASE'], os.environ['PGHOST'], os.environ['PGPORT'])
Base = declarative_base()


class Person(Base):
    __tablename__ = 'people'
    id = Column(BigInteger, Identity(), primary_key=True)
    name = Column(Text)
    phone = Column(Text)
    email = Column(Text)
    city = Column(Text)


def engine_for(purpose):
    return create_engine(url, connect_args={'options': '-c wdd_privacy.purpose=' + purpose})


def refused(name, action, primary):
    try:
        action()
        check(name, 'done', 'refused')
    except exc.ProgrammingError as e:
        check(name, (e.orig.pgcode, e.orig.diag.message_primary), ('42501', primary))


service, ads, none = engine_for('service'), engine_for('ads'), engine_for('')
columns = [c['name'] for c in inspect(none).get_columns('people')]
check('reflection', columns, ['id', 'name', 'phone', 'email', 'city'])
with Session(service) as session:
    check('select', [p.phone for p in session.scalars(select(Person).order_by(Person.id))], ALL)
    new = Person(name='new', phone='p6', email='six@example.com')
    session.add(new)
    session.add_all([Person(name='m', phone='m%d' % i) for i in range(3)])
    session.commit()
    check('insert returning', new.id > 5)
    check('refresh', (new.phone, new.email), ('p6', 'six@example.com'))
    new.phone = 'p7'
    session.flush()
    session.execute(update(Person).where(Person.phone == 'm0').values(city='y'))
    check('update', session.scalar(select(func.count()).where(Person.phone.in_(['p7', 'm0']))), 2)
    session.delete(new)
    session.query(Person).filter(Person.phone.like('m%')).delete(synchronize_session=False)
    session.commit()
    check('delete', session.query(Person).count(), 5)

with Session(ads) as session, none.connect().execution_options(isolation_level='AUTOCOMMIT') as other:
    first = session.get(Person, 1)
    check('what is not listed is masked', (first.phone, first.email), ('p1', 'p*@example.com'))
    check('who does not permit is not there', session.get(Person, 2), None)
    stream = session.connection().execution_options(stream_results=True, max_row_buffer=1).execute(text(PHONES))
    got = [stream.fetchone()[0]]
    other.execute(text(WITHDRAW))
    check('stream_results keeps what it began with', got + [row[0] for row in stream], PERMITTED)
    check('the next statement does not', [phone for phone, in session.query(Person.phone)], WITHDRAWN)
    session.rollback()
    session.add(Person(id=20, phone='x'))
    refused('refused: a person who does not permit', session.commit, UNSTORED)
    session.rollback()
    check('the session goes on', len(session.query(Person.phone).all()), 3)

with Session(none) as session:
    refused('refused without a purpose', lambda: session.get(Person, 1), UNSTATED)
    session.rollback()
    person = session.query(Person).options(defer(Person.phone), defer(Person.email)).filter_by(id=2).one()
    check('deferred columns need none', person.name, 'n2')
    session.execute(text("SET LOCAL wdd_privacy.purpose = 'service'"))
    check('a purpose for one transaction', person.phone, 'p2')
    session.rollback()
    refused('it is gone with the transaction', lambda: person.phone, UNSTATED)


# the purpose of each transaction by an event, from what the application knows
@event.listens_for(none, 'begin')
def state_purpose(connection):
    connection.exec_driver_sql("SELECT wdd.set_purpose('ads', is_local => true)")


with Session(none) as session:
    check('a purpose by an event', [phone for phone, in session.query(Person.phone).order_by(Person.id)], WITHDRAWN)
print('done')
