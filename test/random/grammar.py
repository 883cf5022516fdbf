"""Random queries over the tables of model.py.

A query is made of scopes: what stands in FROM, with the columns that can be
named.  Kinds of columns: i integer, s text, n text with a text mask (shown, but
in no condition of its own query level: a condition takes a mask for NULL), k
text and u uuid keys.  Wherever a table with hidden rows is used, a condition that
is always true uses a column that hides them (see model.py).

Every query has one answer: what depends on the order of rows is ordered by
everything, and nothing raises an error that depends on a value.
"""
from model import TABLES, VIEWS

BY_NAME = {t.name: t for t in TABLES}


class Item:
    """Something in FROM: alias, columns [(name, kind)], the table if it is one."""

    def __init__(self, alias, columns, table=None):
        self.alias, self.columns, self.table = alias, columns, table

    def named(self, kinds):
        return ['%s.%s' % (self.alias, n) for n, k in self.columns if k in kinds]


class Grammar:
    def __init__(self, random, without=()):
        """without: names of tables that are not to be used."""
        self.random, self.without = random, without
        self.count = 0

    def chance(self, p):
        return self.random.random() < p

    def pick(self, *choices):
        return self.random.choice(choices)

    def alias(self):
        self.count += 1
        return 's%d' % self.count

    # ---- values -----------------------------------------------------------

    def columns(self, scope, kinds):
        return [c for item in scope for c in item.named(kinds)]

    def integer(self, scope, outer=(), depth=2, shown=False):
        """An expression of type integer; shown: it stands in the output."""
        names = self.columns(scope, 'i') + (self.columns(outer, 'i') if self.chance(0.3) else [])
        roll = self.random.random()
        if names and (depth <= 0 or roll < 0.55):
            return self.random.choice(names)
        if roll < 0.65 or depth <= 0:
            return str(self.random.randrange(0, 14))
        if roll < 0.72:
            return '(%s %s %s)' % (self.integer(scope, outer, depth - 1, shown), self.pick('+', '-', '*'),
                                   self.random.randrange(0, 5))
        if roll < 0.79:
            return 'coalesce(%s, %s)' % (self.integer(scope, outer, depth - 1, shown),
                                         self.integer(scope, outer, depth - 1, shown))
        if roll < 0.87:
            return 'CASE WHEN %s THEN %s ELSE %s END' % (
                self.condition(scope, outer, depth - 1), self.integer(scope, outer, depth - 1, shown),
                self.integer(scope, outer, depth - 1, shown))
        if roll < 0.92:
            return 'length(%s)' % self.text(scope, outer, depth - 1, shown)
        if roll < 0.94 and not self.without:
            return '%s(%s)' % (self.pick('f3', 'f4'), self.integer(scope, outer, 0, shown))
        return '(%s)' % self.scalar(list(scope) + list(outer), depth - 1)

    def text(self, scope, outer=(), depth=1, shown=False):
        names = self.columns(scope, 'snk' if shown else 'sk')
        roll = self.random.random()
        if names and (depth <= 0 or roll < 0.6):
            return self.random.choice(names)
        if roll < 0.75 or depth <= 0:
            return self.pick("'x'", "'y'", "'zz'", "'p07'")
        if roll < 0.85:
            return '%s(%s)' % (self.pick('lower', 'upper'), self.text(scope, outer, depth - 1, shown))
        if roll < 0.92:
            return 'coalesce(%s, %s)' % (self.text(scope, outer, depth - 1, shown), self.pick("'x'", "'-'"))
        return '(%s || %s)' % (self.text(scope, outer, depth - 1, shown), self.text(scope, outer, depth - 1, shown))

    def value(self, scope, outer=()):
        """Any output: (text, kind)."""
        roll = self.random.random()
        keys = self.columns(scope, 'u')
        if roll < 0.06 and keys:
            return self.random.choice(keys), 'u'
        if roll < 0.12:
            item = self.random.choice([i for i in scope if len(i.columns) > 1] or [Item('(1, 2)', [])])
            return self.pick('%s::text', 'row_to_json(%s)::text', '(%s IS NULL)::text') % item.alias, 's'
        if roll < 0.45:
            return self.text(scope, outer, 1, True), 's'
        return self.integer(scope, outer, 2, True), 'i'

    # ---- conditions -------------------------------------------------------

    def condition(self, scope, outer=(), depth=2):
        roll = self.random.random()
        if depth > 0 and roll < 0.2:
            return '(%s %s %s)' % (self.condition(scope, outer, depth - 1), self.pick('AND', 'OR'),
                                   self.condition(scope, outer, depth - 1))
        if depth > 0 and roll < 0.25:
            return 'NOT %s' % self.condition(scope, outer, depth - 1)
        if depth > 0 and roll < 0.38:
            return self.sublink(list(scope) + list(outer), scope, outer, depth - 1)
        if roll < 0.48:
            return '%s %s' % (self.integer(scope, outer, 0), self.pick('IS NULL', 'IS NOT NULL'))
        if roll < 0.6:
            return '%s %s %s' % (self.text(scope, outer, 1), self.pick('=', '<>', '<', 'LIKE', 'IS DISTINCT FROM'),
                                 self.pick("'x'", "'y'", "'x%'", "'p0%'"))
        if roll < 0.66:
            return '%s IN (%s)' % (self.integer(scope, outer, 0), ', '.join(
                str(self.random.randrange(0, 12)) for _ in range(3)))
        if roll < 0.7:
            return '%s BETWEEN 2 AND %d' % (self.integer(scope, outer, 0), self.random.randrange(3, 12))
        return '%s %s %s' % (self.integer(scope, outer, 1), self.pick('=', '=', '<', '>', '<>', '>=', 'IS DISTINCT FROM'),
                             self.integer(scope, outer, 1))

    def sublink(self, inner_outer, scope, outer, depth):
        kind = self.random.randrange(5)
        if kind == 0:
            return '%sEXISTS (%s)' % (self.pick('', 'NOT '), self.select(depth, inner_outer, [None])[0])
        if kind == 1:
            return '%s %sIN (%s)' % (self.integer(scope, outer, 0), self.pick('', 'NOT '),
                                     self.select(depth, inner_outer, ['i'])[0])
        if kind == 2:
            return '%s %s %s (%s)' % (self.integer(scope, outer, 0), self.pick('=', '<', '>='), self.pick('ANY', 'ALL'),
                                      self.select(depth, inner_outer, ['i'])[0])
        if kind == 3:
            return '%s = ANY (ARRAY(%s))' % (self.integer(scope, outer, 0), self.select(depth, inner_outer, ['i'])[0])
        return '%s >= (%s)' % (self.integer(scope, outer, 0), self.scalar(inner_outer, depth))

    def scalar(self, outer, depth):
        """A sub-select of exactly one row and column, an integer."""
        start, scope, always = self.source(max(0, depth - 1), outer, few=True)
        return 'SELECT %s FROM %s%s' % (self.aggregate(scope, 'i'), start, self.where(scope, outer, depth, always))

    # ---- FROM -------------------------------------------------------------

    def always_true(self, alias, table):
        return ['(%s.%s IS NULL OR %s.%s IS NOT NULL)' % (alias, table.hides, alias, table.hides)] if table.hides else []

    def base(self, tables=None):
        """A table, or a child of one: (text, item, conditions that are always true)."""
        table = BY_NAME[self.random.choice([t for t in tables or BY_NAME if t not in self.without])]
        alias = self.alias()
        columns = [(c.name, c.kind) for c in table.columns]
        name = table.name
        if table.name == 'p' and self.chance(0.2):
            name = self.pick('p1', 'p2')
        elif table.name == 'q' and self.chance(0.4):
            name = self.pick('q1', 'ONLY q')
            if name == 'q1':
                columns = columns + [('c', 'i')]
        sample = ' TABLESAMPLE bernoulli (100)' if self.chance(0.03) else ''
        return '%s AS %s%s' % (name, alias, sample), Item(alias, columns, table), self.always_true(alias, table)

    def item(self, depth, outer, ctes, lateral):
        roll = self.random.random()
        alias = self.alias()
        if ctes and roll < 0.35:
            cte = self.random.choice(ctes)
            return '%s AS %s' % (cte.alias, alias), Item(alias, cte.columns), []
        if roll < 0.12:
            name = self.random.choice(sorted(VIEWS))
            return '%s AS %s' % (name, alias), Item(alias, VIEWS[name]), []
        if roll < 0.18:
            return '%s(%d) AS %s' % (self.pick('f1', 'f2'), self.random.randrange(0, 12), alias), \
                Item(alias, [('id', 'i'), ('a', 'i')]), []
        if roll < 0.22:
            return "(VALUES (1, 'x'), (2, 'y'), (7, NULL)) AS %s (v1, v2)" % alias, \
                Item(alias, [('v1', 'i'), ('v2', 's')]), []
        if roll < 0.25:
            return 'generate_series(1, 6) AS %s (n)' % alias, Item(alias, [('n', 'i')]), []
        if depth > 0 and roll < 0.45:
            text, kinds = self.query(depth - 1, list(lateral) + list(outer) if lateral else outer)
            names = ['c%d' % (i + 1) for i in range(len(kinds))]
            return '%s(%s) AS %s (%s)' % ('LATERAL ' if lateral else '', text, alias, ', '.join(names)), \
                Item(alias, list(zip(names, kinds))), []
        return self.base()

    def source(self, depth, outer, ctes=(), few=False):
        """FROM: (text, scope, conditions that are always true)."""
        text, first, always = self.item(depth, outer, ctes, ())
        scope = [first]
        nullable = False
        for _ in range(self.random.choice([0, 0, 1] if few else [0, 0, 1, 1, 2])):
            kind = self.pick('INNER', 'INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS', 'USING', 'NATURAL')
            lateral = scope if kind in ('INNER', 'LEFT', 'CROSS') and not nullable and self.chance(0.4) else ()
            right, item, more = self.item(depth, outer, ctes, lateral)
            if kind in ('USING', 'NATURAL'):
                left = scope[0]
                shared = {n for n, k in left.columns if k == 'i'} & {n for n, k in item.columns if k == 'i'}
                kinds_differ = {n for n, _ in left.columns} & {n for n, _ in item.columns} - shared
                if len(scope) > 1 or not shared or (kind == 'NATURAL' and kinds_differ):
                    kind = 'INNER'
                elif kind == 'USING':
                    text = '%s %s JOIN %s USING (%s)' % (text, self.pick('', 'LEFT', 'FULL'), right,
                                                         self.random.choice(sorted(shared)))
                    nullable = True
                else:
                    text = '%s NATURAL %s JOIN %s' % (text, self.pick('', 'LEFT'), right)
            if kind == 'CROSS':
                text = '%s CROSS JOIN %s' % (text, right)
            elif kind not in ('USING', 'NATURAL'):
                equal = self.equality(scope, item)
                on = equal
                if kind != 'FULL' and self.chance(0.4):
                    on = '%s AND %s' % (equal, self.condition(scope + [item], outer, 1))
                text = '%s %s JOIN %s ON %s' % (text, kind, right, on)
                nullable = nullable or kind in ('RIGHT', 'FULL')
            scope = scope + [item]
            always = always + more
        return text, scope, always

    def equality(self, scope, item):
        left, right = self.columns(scope, 'i'), item.named('i')
        if not left or not right:
            return 'true'
        return '%s = %s' % (self.random.choice(left), self.random.choice(right))

    def where(self, scope, outer, depth, always):
        """A false WHERE must not take what an outer join is to extend: always true conditions alone do not."""
        parts = list(always)
        if self.chance(0.75):
            parts.append(self.condition(scope, outer, min(depth, 2)))
        return ' WHERE ' + ' AND '.join(parts) if parts else ''

    # ---- queries ----------------------------------------------------------

    def aggregate(self, scope, kind):
        argument = self.integer(scope, (), 1)
        filtered = ' FILTER (WHERE %s)' % self.condition(scope, (), 0) if self.chance(0.2) else ''
        if kind == 's':
            text = self.text(scope, (), 0, True)
            call = self.pick('max(%s)', "string_agg(%s, ',' ORDER BY %s)", 'array_agg(%s::text ORDER BY %s)')
            return '(%s%s)::text' % (call.replace('%s', text), filtered)
        call = self.pick('count(*)', 'count(%s)', 'sum(%s)', 'min(%s)', 'max(%s)', 'count(DISTINCT %s)')
        return '(%s%s)::integer' % (call.replace('%s', argument), filtered)

    def select(self, depth, outer, kinds=None, ctes=()):
        """A SELECT without set operation; kinds: of the outputs, None for any."""
        start, scope, always = self.source(depth, outer, ctes, few=kinds is not None)
        where = self.where(scope, outer, depth, always)
        if kinds is None:
            kinds = [self.pick('i', 'i', 's', None) for _ in range(self.random.randrange(1, 4))]
        form = self.random.random()
        if form < 0.22 and self.columns(scope, 'is'):
            return self.grouped(start, scope, where, outer, kinds)
        outputs = []
        for kind in kinds:
            if kind == 'i':
                outputs.append((self.integer(scope, outer, 2, True), 'i'))
            elif kind == 's':
                outputs.append((self.text(scope, outer, 1, True), 's'))
            else:
                outputs.append(self.value(scope, outer))
        if form < 0.32:
            names = self.columns(scope, 'i') or ['1']
            outputs[-1] = (outputs[-1] if kinds[-1] == 's' else
                           (self.window(names), 'i'))
        text = ', '.join(o for o, _ in outputs)
        distinct = ''
        if form > 0.9:
            distinct = 'DISTINCT '
        sql = 'SELECT %s%s FROM %s%s' % (distinct, text, start, where)
        if 0.84 < form < 0.9:
            all_outputs = ', '.join(str(i + 1) for i in range(len(outputs)))
            sql = 'SELECT DISTINCT ON (1) %s FROM %s%s ORDER BY %s' % (text, start, where, all_outputs)
        elif self.chance(0.2):
            sql += ' ORDER BY %s LIMIT %d OFFSET %d' % (', '.join(
                '%d%s' % (i + 1, self.pick('', ' DESC', ' NULLS FIRST')) for i in range(len(outputs))),
                self.random.randrange(1, 12), self.random.randrange(0, 3))
        if sql.startswith('SELECT DISTINCT ON') or ' LIMIT ' in sql[-30:]:
            sql = 'SELECT * FROM (%s) AS %s' % (sql, self.alias())
        return sql, [k for _, k in outputs]

    def window(self, names):
        call = self.pick('sum(%s)', 'count(%s)', 'max(%s)', 'rank()', 'dense_rank()').replace(
            '%s', self.random.choice(names))
        parts = 'PARTITION BY %s' % self.random.choice(names) if self.chance(0.6) else ''
        if 'rank' in call or self.chance(0.5):
            parts += ' ORDER BY %s' % self.random.choice(names)
        return '(%s OVER (%s))::integer' % (call, parts.strip())

    def grouped(self, start, scope, where, outer, kinds):
        keys = []
        for _ in range(self.random.randrange(1, 3)):
            key = self.random.choice(self.columns(scope, 'is'))
            if key not in keys:
                keys.append(key)
        kind_of = {'%s.%s' % (item.alias, n): k for item in scope for n, k in item.columns}
        outputs = []
        for kind in kinds:
            own = [k for k in keys if kind is None or kind_of[k] == kind]
            if own and self.chance(0.4):
                key = self.random.choice(own)
                outputs.append((key, kind_of[key]))
            elif kind == 's':
                outputs.append((self.aggregate(scope, 's'), 's'))
            else:
                outputs.append((self.aggregate(scope, 'i'), 'i'))
        by = self.pick('%s', '%s', '%s', 'ROLLUP (%s)', 'CUBE (%s)', 'GROUPING SETS ((%s), ())') % ', '.join(keys)
        having = ''
        if self.chance(0.3):
            having = ' HAVING %s %s %d' % (self.aggregate(scope, 'i'), self.pick('>', '<', '<>'), self.random.randrange(0, 9))
        return 'SELECT %s FROM %s%s GROUP BY %s%s' % (', '.join(o for o, _ in outputs), start, where, by, having), \
            [k for _, k in outputs]

    def query(self, depth, outer=()):
        """A query, perhaps with a set operation: (text, kinds)."""
        if depth > 0 and self.chance(0.2):
            kinds = [self.pick('i', 's') for _ in range(self.random.randrange(1, 3))]
            one, two = self.select(depth - 1, outer, kinds)[0], self.select(depth - 1, outer, kinds)[0]
            return '(%s) %s%s (%s)' % (one, self.pick('UNION', 'INTERSECT', 'EXCEPT'), self.pick('', ' ALL'), two), kinds
        return self.select(depth, outer)

    def with_ctes(self):
        """A query with CTEs, at the top."""
        ctes, texts = [], []
        for _ in range(self.random.randrange(1, 3)):
            name = 'w' + self.alias()
            if self.chance(0.25):
                texts.append(self.recursive(name))
                ctes.append(Item(name, [('id', 'i'), ('up', 'i'), ('depth', 'i')]))
                continue
            text, kinds = self.select(1, (), None, ctes)
            names = ['c%d' % (i + 1) for i in range(len(kinds))]
            texts.append('%s (%s) AS %s(%s)' % (name, ', '.join(names),
                                                self.pick('', 'MATERIALIZED ', 'NOT MATERIALIZED '), text))
            ctes.append(Item(name, list(zip(names, kinds))))
        body = self.select(1, (), None, ctes)[0]
        return 'WITH RECURSIVE %s %s' % (', '.join(texts), body)

    def recursive(self, name):
        return ('%s (id, up, depth) AS (SELECT id, up, 0 FROM h WHERE id < %d AND (a IS NULL OR a IS NOT NULL) %s '
                'SELECT h.id, h.up, r.depth + 1 FROM h JOIN %s AS r ON h.up = r.id '
                'WHERE r.depth < 3 AND (h.a IS NULL OR h.a IS NOT NULL) AND %s)' %
                (name, self.random.randrange(2, 9), self.pick('UNION', 'UNION ALL'), name,
                 self.condition([Item('h', [('id', 'i'), ('b', 'i'), ('t', 's')])], (), 0)))

    def top(self):
        """A whole query."""
        return self.with_ctes() if self.chance(0.15) else self.query(2)[0]
