#!/usr/bin/python3
"""Random queries: guarded, and over tables that hold only what is permitted.

usage: run.py [--seed N] [--queries N] [--seconds N] [--everything] [--verbose]

Connects by PGHOST, PGPORT and PGUSER (a superuser), makes database random_query,
and ends with status 1 where an answer differs.  Whatever happened can be had
again with the seed that it prints.
"""
import argparse
import collections
import io
import random
import sys
import time

import psycopg2

from grammar import Grammar
from model import PERSONS, Round, TABLES
import model
from writes import Writes

PROFILES = [
    [], [],
    ['enable_hashjoin = off', 'enable_mergejoin = off'],
    ['enable_nestloop = off', 'enable_hashjoin = off'],
    ['enable_seqscan = off'],
    ['enable_indexscan = off', 'enable_bitmapscan = off', 'enable_hashagg = off'],
    ['enable_memoize = off', 'enable_material = off', 'join_collapse_limit = 1', 'from_collapse_limit = 1'],
    ['enable_partitionwise_join = on', 'enable_partitionwise_aggregate = on'],
    ['plan_cache_mode = force_generic_plan'],
    ['work_mem = 64', 'enable_sort = off'],
]
PARALLEL = ['min_parallel_table_scan_size = 0', 'min_parallel_index_scan_size = 0', 'parallel_setup_cost = 0',
            'parallel_tuple_cost = 0', 'max_parallel_workers_per_gather = 2']


class Session:
    """A connection of role reader."""

    def __init__(self, schema):
        self.connection = psycopg2.connect(dbname='random_query', user='reader')
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.cursor.execute("SET search_path = %s, public; SET statement_timeout = '20s'; SET jit = off" % schema)

    def fetch(self):
        return self.cursor.fetchall() if self.cursor.description else []

    def ask(self, sql, how):
        """The answer: rows in no order, or an SQLSTATE and a message."""
        try:
            if how == 'copy':
                out = io.StringIO()
                self.cursor.copy_expert('COPY (%s) TO STDOUT' % sql, out)
                rows = out.getvalue().splitlines()
            elif how == 'prepared':
                self.cursor.execute('PREPARE asked AS ' + sql)
                try:
                    for _ in range(2):
                        self.cursor.execute('EXECUTE asked')
                        rows = self.fetch()
                finally:
                    self.cursor.execute('DEALLOCATE asked')
            elif how == 'cursor':
                self.cursor.execute('BEGIN; DECLARE asked SCROLL CURSOR FOR ' + sql)
                self.cursor.execute('FETCH 3 FROM asked')
                rows = self.fetch()
                self.cursor.execute('FETCH ALL FROM asked')
                rows += self.fetch()
                self.cursor.execute('COMMIT')
            else:
                self.cursor.execute(sql)
                rows = self.fetch()
            return collections.Counter(rows), None
        except psycopg2.Error as error:
            if how == 'cursor':
                self.cursor.execute('ROLLBACK')
            return None, (error.pgcode, str(error).strip())

    def write(self, statement, look):
        """Run a write, look at the table, and take it back."""
        self.cursor.execute('BEGIN')
        try:
            self.cursor.execute(statement)
            returned = collections.Counter(self.fetch()), self.cursor.rowcount
            self.cursor.execute(look)
            return (returned, collections.Counter(self.fetch())), None
        except psycopg2.Error as error:
            return None, (error.pgcode, str(error).strip())
        finally:
            self.cursor.execute('ROLLBACK')


class Test:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.counts = collections.Counter()
        self.different = 0

    def run_all(self, cursor, lines):
        for line in lines:
            cursor.execute(line)

    def prepare(self):
        server = psycopg2.connect(dbname='postgres')
        server.autocommit = True
        server.cursor().execute('CREATE DATABASE random_query')
        server.close()
        self.admin = psycopg2.connect(dbname='random_query')
        self.admin.autocommit = True
        cursor = self.admin.cursor()
        self.run_all(cursor, [
            "SET client_min_messages = error", 'CREATE EXTENSION wdd_privacy', 'CREATE ROLE reader LOGIN',
            "SELECT wdd.add_category('a'), wdd.add_category('b')",
            "SELECT wdd.add_purpose('ads', 'consent'), wdd.add_purpose('push', 'legitimate_interest'), "
            "wdd.add_purpose('other', 'contract')",
            "SELECT wdd.grant_purpose(p, 'reader') FROM unnest(ARRAY['ads', 'push', 'self']) p",
            "SELECT wdd.grant_purpose('restore', session_user::regrole)"])
        for schema in ('g', 't'):
            self.run_all(cursor, model.schema_sql(schema))
        self.run_all(cursor, model.label_sql())
        self.run_all(cursor, ['GRANT USAGE ON SCHEMA g, t TO reader', 'GRANT ALL ON ALL TABLES IN SCHEMA g, t TO reader'])
        self.guarded, self.twin = Session('g'), Session('t')

    def record(self, cursor, said, before, purpose, category):
        """Tell the ledger what persons say now; silence cannot come back."""
        functions = {'ads': ('grant_consent', 'withdraw_consent'), 'push': ('grant_consent', 'object_to')}
        keys = [('bigint', model.same), ('uuid', model.as_uuid), ('text', model.as_text)]
        for yes, function in zip((True, False), functions[purpose]):
            people = [p for p, answer in said.items() if answer is yes and before.get(p) is not yes]
            for sqltype, key in keys:
                if people:
                    cursor.execute('SELECT wdd.%s(%%s::%s[], %%s, %%s)' % (function, sqltype),
                                   ([str(key(p)) for p in people], purpose, category))

    def next_answers(self, before):
        answers = model.draw_answers(self.random)
        for key, said in answers.items():
            for person, answer in before.get(key, {}).items():
                said.setdefault(person, answer)
        return answers

    def rounds(self):
        answers = {}
        while True:
            before, answers = answers, self.next_answers(answers)
            cursor = self.admin.cursor()
            model.fill(self.random)
            cursor.execute("SET wdd_privacy.purpose = 'restore'")
            self.run_all(cursor, model.content_sql('g', lambda table, row: row))
            cursor.execute("RESET wdd_privacy.purpose")
            for (purpose, category), said in answers.items():
                self.record(cursor, said, before.get((purpose, category), {}), purpose, category)
            for purpose in ('ads', 'push', self.random.choice(['self', 'ads', 'push'])):
                current = Round(purpose, answers, self.random.choice(PERSONS))
                self.run_all(cursor, model.content_sql('t', current.seen if not self.options.everything else
                                                       lambda table, row: row))
                self.guarded.cursor.execute("SET wdd_privacy.purpose = '%s'; SET wdd_privacy.subject = '%d'" %
                                            (purpose, current.person))
                yield current

    def report(self, current, profile, how, sql, one, two):
        self.different += 1
        print('\nDIFFERENT, purpose %s, subject %d, %s, settings: %s\n%s;' %
              (current.purpose, current.person, how, '; '.join(profile), sql))
        for name, answer in (('guarded', one), ('only what is permitted', two)):
            print('%s: %s' % (name, answer[1] or ''))
        if one[0] is not None and two[0] is not None and how != 'write':
            print('only guarded: %s\nonly permitted: %s' % (list((one[0] - two[0]).items())[:5],
                                                            list((two[0] - one[0]).items())[:5]))
        elif how == 'write':
            print('guarded: %s\npermitted: %s' % (one[0], two[0]))

    def compare(self, current, profile, how, sql, one, two):
        self.counts['queries'] += 1
        if one[1] and two[1]:
            self.counts['errors in both'] += 1
            self.counts['errors in both: ' + (two[1][0] or '?')] += 1
            if self.options.verbose:
                print(two[1], sql)
            if one[1][0] == two[1][0]:
                return
        elif one == two:
            self.counts['with rows' if one[0] and (how == 'write' or sum(one[0].values())) else 'without rows'] += 1
            return
        if '57014' in (one[1] and one[1][0], two[1] and two[1][0]):
            self.counts['out of time'] += 1
            return
        self.report(current, profile, how, sql, one, two)

    def one_query(self, current, profile):
        # a person of purpose "self" is a number: no subject of other types
        sql = Grammar(self.random, ('w', 'g') if current.purpose == 'self' else ()).top()
        how = self.random.choice(['plain'] * 8 + ['prepared', 'prepared', 'cursor', 'copy'])
        self.compare(current, profile, how, sql, self.guarded.ask(sql, how), self.twin.ask(sql, how))

    def one_write(self, current, profile):
        writes = Writes(self.random)
        writes.visible = {t.name: [r['id'] for r in t.rows if current.seen(t, r)] for t in TABLES}
        statement, table = writes.statement()
        look = 'SELECT %s FROM %s AS s%s' % (', '.join('s.' + c.name for c in table.columns), table.name,
                                            ' WHERE s.%s IS NULL OR s.%s IS NOT NULL' % (table.hides, table.hides)
                                            if table.hides else '')
        self.counts['writes'] += 1
        self.compare(current, profile, 'write', statement, self.guarded.write(statement, look),
                     self.twin.write(statement, look))

    def profile(self):
        profile = list(self.random.choice(PROFILES))
        if self.random.random() < 0.08:
            profile += PARALLEL
        for session in (self.guarded, self.twin):
            session.cursor.execute(''.join('RESET %s;' % name for name in self.set_before) + ' ' +
                                   ''.join('SET %s;' % line for line in profile) + 'SELECT 1')
        self.set_before = [line.split(' ')[0] for line in profile]
        return profile

    def run(self):
        begin = time.time()
        self.set_before = []
        self.prepare()
        for current in self.rounds():
            for _ in range(20):
                profile = self.profile()
                few = 6 if 'max_parallel_workers_per_gather = 2' in profile else 20
                for _ in range(few):
                    if current.purpose != 'self' and self.random.random() < 0.12:
                        self.one_write(current, profile)
                    else:
                        self.one_query(current, profile)
                    done = self.counts['queries'] >= self.options.queries or self.different >= 5
                    if done or time.time() - begin > self.options.seconds:
                        return time.time() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument('--queries', type=int, default=10000)
    parser.add_argument('--seconds', type=float, default=1e9)
    parser.add_argument('--everything', action='store_true',
                        help='compare with tables that hold everything: now answers must differ')
    parser.add_argument('--verbose', action='store_true', help='show errors that both have')
    options = parser.parse_args()
    print('seed %d' % options.seed, flush=True)
    test = Test(options)
    seconds = test.run()
    for name, count in sorted(test.counts.items()):
        print('%6d %s' % (count, name))
    print('%6d different, in %.0f s, seed %d' % (test.different, seconds, options.seed))
    sys.exit(test.different > 0)


if __name__ == '__main__':
    main()
