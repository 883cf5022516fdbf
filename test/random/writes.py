"""Random INSERT, UPDATE, DELETE and MERGE statements with one answer.

They touch rows that may be seen, and store for persons who permit; each names a
column that hides rows in its condition, so that rows which are not there stay
untouched.  What they return, and what the table shows afterwards, is compared.
"""
from grammar import Grammar, Item
from model import FAITHFUL, TABLES

WRITABLE = [t for t in TABLES if t.name in ('h', 'm', 'w', 'p', 'g', 'q', 'z')]
# What a write may assign: columns whose person permits because the row is seen.
ASSIGNED = {'h': 'b', 'm': 'u', 'w': 'hx', 'p': 'a', 'g': 'b', 'q': 'b', 'z': 'b'}


class Writes(Grammar):
    def statement(self):
        """(statement, table whose content is to be compared)."""
        table = self.random.choice(WRITABLE)
        make = self.pick(self.insert, self.update, self.update, self.delete, self.upsert, self.merge)
        return make(table), table

    def returning(self, item):
        if self.chance(0.2):
            return ''
        return ' RETURNING ' + ', '.join(self.value([item])[0] for _ in range(2))

    def item_of(self, table, alias='tgt'):
        return Item(alias, [(c.name, c.kind) for c in table.columns], table)

    def new_row(self, table, number):
        """A row for a person who permits everything: {column: literal}."""
        row = {}
        for column in table.columns:
            if column.name == 'id':
                row['id'] = str(number)
            elif column.name in table.subjects:
                key = table.key(self.random.choice(FAITHFUL))
                row[column.name] = str(key) if isinstance(key, int) else "'%s'" % key
            elif not column.listed:
                continue
            elif column.kind in 'sn':
                row[column.name] = self.pick("'x'", "'zz'", 'NULL', 'lower(%s)' % "'Y'")
            else:
                row[column.name] = self.pick('3', '7', '2 + 2', 'NULL')
        return row

    def insert(self, table):
        rows = [self.new_row(table, 100 + i) for i in range(self.random.randrange(1, 4))]
        names = list(rows[0])
        return 'INSERT INTO %s AS tgt (%s) VALUES %s%s' % (
            table.name, ', '.join(names), ', '.join('(%s)' % ', '.join(r[n] for n in names) for r in rows),
            self.returning(self.item_of(table)))

    def update(self, table):
        item = self.item_of(table)
        always = self.always_true('tgt', table)
        source, joined = '', [item]
        if self.chance(0.4):
            # of several source rows any one would do: take what is the same for each
            text, other, more = self.base(['h', 'm', 'w', 'z'])
            source, joined, always = ' FROM ' + text, [item, other], always + more
            always.append('%s.id = %s' % (other.alias, self.pick('tgt.id', self.random.choice(item.named('i')))))
        always.append(self.condition(joined, (), 1))
        value = self.pick('tgt.%s + 1' % ASSIGNED[table.name], '5', 'NULL')
        return 'UPDATE %s AS tgt SET %s = %s%s WHERE %s%s' % (
            table.name, ASSIGNED[table.name], value, source, ' AND '.join(always), self.returning(item))

    def delete(self, table):
        item = self.item_of(table)
        always = self.always_true('tgt', table) + [self.condition([item], (), 2)]
        return 'DELETE FROM %s AS tgt WHERE %s%s' % (table.name, ' AND '.join(always), self.returning(item))

    def upsert(self, table):
        if table.name in ('m', 'q'):      # a masked value cannot be stored again; children have no key
            return self.update(table)
        row = self.new_row(table, self.random.choice(self.visible[table.name] or [100]))
        names = list(row)
        act = self.pick('NOTHING', 'UPDATE SET %s = excluded.%s' % (ASSIGNED[table.name], ASSIGNED[table.name]))
        return 'INSERT INTO %s AS tgt (%s) VALUES (%s) ON CONFLICT (id) DO %s%s' % (
            table.name, ', '.join(names), ', '.join(row.values()), act, self.returning(self.item_of(table)))

    def merge(self, table):
        if table.name in ('m', 'q'):
            return self.delete(table)
        row = self.new_row(table, 100)
        ids = self.random.sample(self.visible[table.name], min(4, len(self.visible[table.name])))
        rows = ', '.join('(%d)' % i for i in ids + [100])
        always = self.always_true('tgt', table)
        matched = self.pick('UPDATE SET %s = 4' % ASSIGNED[table.name], 'DELETE', 'DO NOTHING')
        return ('MERGE INTO %s AS tgt USING (VALUES %s) AS src (id) ON %s WHEN MATCHED AND src.id %% 2 = 0 THEN %s '
                'WHEN NOT MATCHED THEN INSERT (%s) VALUES (%s)' % (
                    table.name, rows, ' AND '.join(['tgt.id = src.id'] + always), matched,
                    ', '.join(row), ', '.join(row.values())))
