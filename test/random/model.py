"""The tables of the random-query test, and what of them may be seen.

Schema g holds labelled tables, schema t the same tables without labels, with
only what the purpose of the round permits: rows hidden are not there, values
masked are replaced by their mask.  What is permitted is reckoned here, from the
rules in the README, and not asked of the extension.

So that a table's permitted content does not depend on the query, all columns of
a table that hide rows are of one category, and the generator sees to it that
every use of such a table uses one of them ("hides" below).
"""
import uuid

PERSONS = range(1, 41)
FAITHFUL = range(36, 41)          # permit everything, always
CATEGORIES = ('a', 'b')
PURPOSES = {'ads': False, 'push': True, 'self': None}     # what silence means


class Column:
    def __init__(self, name, kind, label=None, category=None, mask=None, listed=True):
        self.name, self.kind, self.label = name, kind, label
        self.category, self.mask, self.listed = category, mask, listed

    def label_text(self):
        text = 'category=%s; purposes=%s' % (self.category, 'ads, push' if self.listed else 'other')
        text += '; if_not_permitted=' + self.label
        if self.mask:
            text += '; mask=' + self.mask
        return text + ('' if self.listed else '; if_not_listed=mask')


class Table:
    """subjects: names of columns; key: what a person number becomes there."""

    def __init__(self, name, columns, subjects, key='%s', hides=None, definition='', children=()):
        self.name, self.columns, self.subjects, self.key = name, columns, subjects, key
        self.hides, self.definition, self.children = hides, definition, children
        self.rows = []


def hide(name, kind):
    return Column(name, kind, 'hide_row', 'a')


def as_uuid(person):
    return str(uuid.UUID(int=person * 0x9E3779B97F4A7C15F39CC0605CEDC834 % 2 ** 128))


def as_text(person):
    return 'p%02d' % person


def same(person):
    return person


TABLES = [
    Table('h', [hide('id', 'i'), hide('k', 'i'), hide('a', 'i'), hide('b', 'i'), hide('t', 's'), hide('up', 'i')],
          ['k'], same, 'a'),
    Table('m', [Column('id', 'i'), Column('k', 'i'), Column('x', 'i', 'mask', 'b'), Column('y', 's', 'mask', 'b'),
                Column('nm', 'n', 'mask', 'b', mask='name'), Column('u', 'i'),
                Column('o', 'i', 'mask', 'a', listed=False)], ['k'], same),
    Table('w', [Column('id', 'i'), Column('k', 'k'), hide('hx', 'i'), Column('mx', 'i', 'mask', 'b'),
                Column('u', 'i')], ['k'], as_text, 'hx'),
    Table('d', [Column('id', 'i'), Column('k', 'i'), Column('k2', 'i'), hide('a', 'i'), hide('t', 's')],
          ['k', 'k2'], same, 'a'),
    Table('p', [Column('id', 'i'), Column('k', 'i'), hide('a', 'i'), Column('t', 's', 'mask', 'b')], ['k'], same, 'a',
          'PARTITION BY RANGE (id)', ('p1', 'p2')),
    Table('q', [Column('id', 'i'), Column('k', 'i'), hide('a', 'i'), hide('b', 'i')], ['k'], same, 'a',
          children=('q1',)),
    Table('g', [Column('id', 'i'), Column('k', 'u'), hide('a', 'i'), hide('b', 'i')], ['k'], as_uuid, 'a'),
    Table('e', [Column('id', 'i'), Column('k', 'i'), Column('a', 'i', 'error', 'a'), Column('t', 's', 'error', 'b')],
          ['k'], same),
    Table('z', [Column('id', 'i'), Column('a', 'i'), Column('b', 'i'), Column('t', 's')], []),
]
TYPES = {'i': 'integer', 's': 'text', 'n': 'text', 'k': 'text', 'u': 'uuid'}

# Views and functions, the same text in both schemas.
OBJECTS = """
CREATE VIEW v1 AS SELECT id, k, a, t, b FROM h WHERE (a IS NULL OR a IS NOT NULL) AND b > 2;
CREATE VIEW v2 AS SELECT h.id, h.a, h.t, m.x, m.y, m.u FROM h LEFT JOIN m ON h.b = m.u WHERE h.a IS NULL OR h.a IS NOT NULL;
CREATE VIEW v3 AS SELECT b AS id, count(*)::integer AS a, max(t) AS t FROM h WHERE a IS NULL OR a IS NOT NULL GROUP BY b;
CREATE VIEW v4 WITH (security_barrier) AS SELECT id, a, b, t FROM h WHERE (a IS NULL OR a IS NOT NULL) AND a < 8;
CREATE VIEW v5 AS SELECT id, a, t FROM p WHERE (a IS NULL OR a IS NOT NULL)
    UNION ALL SELECT id, a, t FROM d WHERE (a IS NULL OR a IS NOT NULL);
CREATE FUNCTION f1(n integer) RETURNS TABLE (id integer, a integer) LANGUAGE sql STABLE AS
    $$ SELECT id, a FROM h WHERE b = n AND (a IS NULL OR a IS NOT NULL) $$;
CREATE FUNCTION f2(n integer) RETURNS TABLE (id integer, a integer) LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN QUERY SELECT m.id, m.x FROM m WHERE m.u <= n; END $$;
CREATE FUNCTION f3(n integer) RETURNS integer LANGUAGE sql STABLE AS
    $$ SELECT max(w.mx) FROM w WHERE w.u = n AND (w.hx IS NULL OR w.hx IS NOT NULL) $$;
CREATE FUNCTION f4(n integer) RETURNS integer LANGUAGE plpgsql STABLE AS
    $$ DECLARE r integer; BEGIN SELECT count(*) INTO r FROM g WHERE g.b = n AND (g.a IS NULL OR g.a IS NOT NULL); RETURN r; END $$;
"""
VIEWS = {
    'v1': [('id', 'i'), ('k', 'i'), ('a', 'i'), ('t', 's'), ('b', 'i')],
    'v2': [('id', 'i'), ('a', 'i'), ('t', 's'), ('x', 'i'), ('y', 's'), ('u', 'i')],
    'v3': [('id', 'i'), ('a', 'i'), ('t', 's')],
    'v4': [('id', 'i'), ('a', 'i'), ('b', 'i'), ('t', 's')],
    'v5': [('id', 'i'), ('a', 'i'), ('t', 's')],
}


def fill(random):
    """Draw the content of all tables."""
    for table in TABLES:
        table.rows = []
        for number in range(1, 49):
            row = {}
            for column in table.columns:
                if column.name == 'id':
                    value = number
                elif column.name in table.subjects:
                    people = FAITHFUL if table.name == 'e' else PERSONS
                    value = None if random.random() < 0.04 and table.name != 'e' else random.choice(people)
                elif column.kind == 'n':
                    value = random.choice(['王芳', '李雷', '欧阳修', '赵'])
                elif random.random() < 0.08:
                    value = None
                elif column.name == 'up':
                    value = random.randrange(0, number)
                elif column.kind == 's':
                    value = random.choice(['x', 'y', 'xy', 'zz', 'Y', ''])
                else:
                    value = random.randrange(0, 12)
                row[column.name] = value
            table.rows.append(row)


def draw_answers(random):
    """What each person says: {(purpose, category): {person: True or False}}."""
    answers = {}
    for purpose in ('ads', 'push'):
        for category in CATEGORIES:
            said = {person: random.random() < 0.7 for person in PERSONS if random.random() < 0.7}
            for person in FAITHFUL:
                said[person] = True
            answers[purpose, category] = said
    return answers


class Round:
    """One purpose, one state of consents."""

    def __init__(self, purpose, answers, person):
        self.purpose, self.answers, self.person = purpose, answers, person

    def permits(self, table, row, category):
        persons = [row[name] for name in table.subjects]
        if self.purpose == 'self':
            return self.person in persons
        said = self.answers[self.purpose, category]
        return all(p is not None and said.get(p, PURPOSES[self.purpose]) for p in persons)

    def seen(self, table, row):
        """The row as it may be seen; None where it may not."""
        if not table.subjects:
            return row
        if self.purpose == 'self' or table.hides:
            if not self.permits(table, row, 'a'):
                return None
        shown = dict(row)
        for column in table.columns:
            if column.label == 'mask' and self.purpose != 'self' and \
                    not (column.listed and self.permits(table, row, column.category)):
                shown[column.name] = masked(row[column.name], column.mask)
        return shown


def masked(value, mask):
    """wdd.mask(value, 'name'): the first of several characters, stars for the others."""
    if value is None or mask is None:
        return None
    return value[0] + '*' * (len(value) - 1) if len(value) > 1 else '*' * len(value)


def literal(value):
    if value is None:
        return 'NULL'
    return str(value) if isinstance(value, int) else "'%s'" % value


def values_of(table, row):
    return [literal(table.key(row[c.name]) if c.name in table.subjects and row[c.name] is not None else row[c.name])
            for c in table.columns]


def schema_sql(schema):
    """Statements that make the tables, views and functions of one schema."""
    lines = ['CREATE SCHEMA %s' % schema, 'SET search_path = %s, public' % schema]
    for table in TABLES:
        columns = ', '.join('%s %s' % (c.name, TYPES[c.kind]) for c in table.columns)
        lines.append('CREATE TABLE %s (%s) %s' % (table.name, columns, table.definition))
        lines.append('ALTER TABLE %s ADD PRIMARY KEY (id)' % table.name)
        for column in table.columns[1:]:
            if column.kind in 'is' and column.name not in table.subjects:
                lines.append('CREATE INDEX ON %s (%s)' % (table.name, column.name))
    lines.append('CREATE TABLE p1 (t text, a integer, k integer, id integer NOT NULL)')
    lines.append('ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (20)')
    lines.append('CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (20) TO (2000)')
    lines.append('CREATE TABLE q1 (c integer) INHERITS (q)')
    return lines + [OBJECTS]


def label_sql():
    lines = []
    for table in TABLES:
        if not table.subjects:
            continue
        lines.append("SECURITY LABEL FOR wdd_privacy ON TABLE g.%s IS 'subject=%s'" %
                     (table.name, ', '.join(table.subjects)))
        for column in table.columns:
            if column.label:
                lines.append("SECURITY LABEL FOR wdd_privacy ON COLUMN g.%s.%s IS '%s'" %
                             (table.name, column.name, column.label_text()))
    lines.append("SECURITY LABEL FOR wdd_privacy ON COLUMN g.q1.c IS 'category=a; purposes=ads, push'")
    return lines


def content_sql(schema, shown):
    """Statements that fill the tables of one schema; shown: row to row or None."""
    lines = []
    for table in TABLES:
        rows = [r for r in (shown(table, row) for row in table.rows) if r is not None]
        lines.append('TRUNCATE %s.%s' % (schema, table.name))
        child = [r for r in rows if table.name == 'q' and r['id'] > 24]
        parent = [r for r in rows if r not in child]
        if parent:
            lines.append('INSERT INTO %s.%s VALUES %s' % (schema, table.name, ', '.join(
                '(%s)' % ', '.join(values_of(table, r)) for r in parent)))
        if child:
            lines.append('INSERT INTO %s.q1 VALUES %s' % (schema, ', '.join(
                '(%s, %d)' % (', '.join(values_of(table, r)), r['id'] % 7) for r in child)))
    return lines
