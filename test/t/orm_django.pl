# A Django project on a protected database: a migration that labels, the ORM's
# everyday calls under a purpose, and what they get without.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

my $python = '/usr/bin/python3';
plan skip_all => 'Django or psycopg2 is not installed'
  if system("$python -c 'import django, psycopg2' 2>/dev/null");

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
wdd_configure($node, 'fsync = off');
$node->start;
# the role that migrates owns the tables, and labels; the one that serves does neither
$node->safe_psql('postgres', <<'END');
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_category('contact'), wdd.add_purpose('ads', 'consent'), wdd.add_purpose('service', 'contract');
CREATE ROLE migrator LOGIN;
CREATE ROLE web LOGIN;
GRANT CREATE ON SCHEMA public TO migrator;
SELECT wdd.grant_duty('administer', 'migrator'), wdd.grant_duty('record_consent', 'web');
SELECT wdd.grant_purpose('service', 'web'), wdd.grant_purpose('ads', 'web'), wdd.grant_purpose('service', 'migrator');
ALTER DEFAULT PRIVILEGES FOR ROLE migrator GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO web;
ALTER DEFAULT PRIVILEGES FOR ROLE migrator GRANT USAGE ON SEQUENCES TO web;
END

my $directory = PostgreSQL::Test::Utils::tempdir_short;
my ($host, $port) = ($node->host, $node->port);
mkdir "$directory/$_" for qw(people people/migrations);
append_to_file("$directory/people/__init__.py", '');
append_to_file("$directory/people/migrations/__init__.py", '');
append_to_file("$directory/settings.py", <<"END");
import os
SECRET_KEY = 'test'
INSTALLED_APPS = ['people']
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
USE_TZ = True
DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql', 'HOST': '$host', 'PORT': '$port', 'NAME': 'postgres',
        'USER': os.environ.get('DJANGO_USER', 'web'),
        # stated for every connection; a transaction may state another one by SET LOCAL
        'OPTIONS': {'options': '-c wdd_privacy.purpose=' + os.environ.get('DJANGO_PURPOSE', '')},
    },
}
END
append_to_file("$directory/manage.py", <<'END');
import os, sys
os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
END
append_to_file("$directory/people/models.py", <<'END');
from django.db import models

class Person(models.Model):
    name = models.CharField(max_length=50)
    phone = models.CharField(max_length=20, null=True, unique=True)
    city = models.CharField(max_length=50, default='')
    score = models.IntegerField(null=True)
    friends = models.ManyToManyField('self')

class Letter(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    body = models.TextField(null=True)
    sent = models.DateTimeField(auto_now_add=True)
END

# makemigrations, then a migration of one's own that alters, labels and fills in one transaction
sub manage
{
	my ($user, $purpose, @arguments) = @_;
	local $ENV{DJANGO_USER} = $user;
	local $ENV{DJANGO_PURPOSE} = $purpose;
	local $ENV{PYTHONPATH} = $directory;
	local $ENV{PYTHONDONTWRITEBYTECODE} = 1;
	my ($out, $err);
	my $ok = IPC::Run::run([ $python, "$directory/manage.py", @arguments ], '<', \'', '>', \$out, '2>', \$err,
		init => sub { chdir $directory });
	return wantarray ? ($out, $err, $ok) : $ok;
}
my ($out, $err, $ok) = manage('migrator', '', 'makemigrations', 'people');
ok($ok, 'makemigrations') or diag($out, $err);
append_to_file("$directory/people/migrations/0002_label.py", <<'END');
from django.db import migrations, models

def fill(apps, schema_editor):
    Person = apps.get_model('people', 'Person')
    schema_editor.execute("SET LOCAL wdd_privacy.purpose = 'service'")
    Person.objects.create(name='first', phone='13800000000', email='first@example.com')
    Person.objects.filter(phone='13800000000').update(city='Beijing')

def empty(apps, schema_editor):
    schema_editor.execute('DELETE FROM people_person')
    schema_editor.execute('SET CONSTRAINTS ALL IMMEDIATE')

class Migration(migrations.Migration):
    dependencies = [('people', '0001_initial')]
    operations = [
        migrations.AddField('person', 'email', models.EmailField(null=True)),
        migrations.RunSQL(
            sql="""SECURITY LABEL FOR wdd_privacy ON TABLE people_person IS 'subject=id';
                   SECURITY LABEL FOR wdd_privacy ON COLUMN people_person.phone IS 'category=contact; purposes=service, ads';
                   SECURITY LABEL FOR wdd_privacy ON COLUMN people_person.email IS 'category=contact; purposes=service; if_not_listed=mask; mask=email';
                   SECURITY LABEL FOR wdd_privacy ON COLUMN people_person.score IS 'category=contact; purposes=service, ads';
                   SECURITY LABEL FOR wdd_privacy ON TABLE people_letter IS 'subject=person_id';
                   SECURITY LABEL FOR wdd_privacy ON COLUMN people_letter.body IS 'category=contact; purposes=service, ads'""",
            reverse_sql="""SECURITY LABEL FOR wdd_privacy ON TABLE people_letter IS NULL;
                   SECURITY LABEL FOR wdd_privacy ON COLUMN people_letter.body IS NULL;
                   SECURITY LABEL FOR wdd_privacy ON TABLE people_person IS NULL;
                   SECURITY LABEL FOR wdd_privacy ON COLUMN people_person.phone IS NULL;
                   SECURITY LABEL FOR wdd_privacy ON COLUMN people_person.email IS NULL;
                   SECURITY LABEL FOR wdd_privacy ON COLUMN people_person.score IS NULL"""),
        migrations.RunPython(fill, empty),
        migrations.AlterField('person', 'email', models.CharField(max_length=300, null=True)),
        migrations.RenameField('person', 'name', 'display_name'),
        migrations.AddIndex('person', models.Index(fields=['email'], name='person_email')),
        migrations.AddConstraint('person', models.CheckConstraint(check=models.Q(score__gte=0), name='score_is_positive')),
    ]
END
# the model as the migrations leave it
{
	my $models = slurp_file("$directory/people/models.py");
	$models =~ s/name = models\.CharField\(max_length=50\)\n/display_name = models.CharField(max_length=50)\n    email = models.CharField(max_length=300, null=True)\n/;
	$models =~ s/(friends = .*\n)/$1\n    class Meta:\n        indexes = [models.Index(fields=['email'], name='person_email')]\n        constraints = [models.CheckConstraint(check=models.Q(score__gte=0), name='score_is_positive')]\n/;
	unlink "$directory/people/models.py";
	append_to_file("$directory/people/models.py", $models);
}
($out, $err, $ok) = manage('migrator', '', 'migrate');
ok($ok, 'migrate') or diag($out, $err);
like($out, qr/Applying people\.0002_label\.\.\. OK/, 'the migration that labels is applied');
($out, $err, $ok) = manage('migrator', '', 'migrate', 'people', '0001');
ok($ok, 'and taken back') or diag($out, $err);
($out, $err, $ok) = manage('migrator', '', 'migrate');
ok($ok, 'and applied again') or diag($out, $err);
($out, $err, $ok) = manage('migrator', '', 'makemigrations', '--check', '--dry-run');
ok($ok, 'models and migrations agree') or diag($out, $err);
($out, $err, $ok) = manage('web', 'service', 'inspectdb');
ok($ok, 'inspectdb (it reads a row of each table)') or diag($err);
like($out, qr/class PeoplePerson\(models\.Model\):.*phone = models\.CharField/s, 'and it sees the protected table');
($out, $err, $ok) = manage('web', '', 'check', '--database', 'default');
ok($ok, 'check') or diag($out, $err);

append_to_file("$directory/orm.py", <<'END');
import django, os
os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'
django.setup()
from django.db import connection, transaction, utils
from django.db.models import Avg, Count, F, Max, Prefetch, Q, Value
from django.db.models.functions import Concat, Lower, Upper
from people.models import Letter, Person

def check(name, got, expected=True):
    print(('ok' if got == expected else 'not ok: got %r, expected %r' % (got, expected)), '-', name)

def state(purpose):
    with connection.cursor() as c:
        c.execute("SELECT set_config('wdd_privacy.purpose', %s, false)", [purpose])

def refused(name, action, primary):
    try:
        with transaction.atomic():
            got = action()
    except utils.ProgrammingError as e:
        check(name, (e.__cause__.pgcode, e.__cause__.diag.message_primary), ('42501', primary))
    else:
        check(name, got, 'refused')

with connection.cursor() as c:
    c.execute('SHOW wdd_privacy.purpose')
    check('the purpose of DATABASES OPTIONS', c.fetchone(), ('service',))

first = Person.objects.get(display_name='first')
check('get', (first.phone, first.email, first.city), ('13800000000', 'first@example.com', 'Beijing'))
new = Person.objects.create(display_name='new', phone='1', email='new@example.com')
check('create returns the key', new.pk > first.pk)
with connection.cursor() as c:
    c.execute("SELECT wdd.grant_consent(%s::bigint, 'ads')", [new.pk])
many = Person.objects.bulk_create([Person(display_name='m%d' % i, phone='m%d' % i, score=i) for i in range(5)])
check('bulk_create returns keys', all(p.pk for p in many))
check('bulk_create, conflicts ignored', len(Person.objects.bulk_create([Person(display_name='x', phone='m1')], ignore_conflicts=True)), 1)
check('filter', sorted(p.phone for p in Person.objects.filter(phone__startswith='m')), ['m0', 'm1', 'm2', 'm3', 'm4'])
check('exclude, order, slice', [p.display_name for p in Person.objects.exclude(phone__contains='m').order_by('-phone')[:1]], ['first'])
check('values_list', list(Person.objects.filter(score__gt=2).order_by('score').values_list('score', flat=True)), [3, 4])
check('update', Person.objects.filter(phone='m0').update(score=F('score') + 10, display_name=Upper('display_name')), 1)
many[1].city = 'Shanghai'
many[1].save()
check('save updates, and inserts nothing', (Person.objects.count(), Person.objects.get(pk=many[1].pk).city), (7, 'Shanghai'))
for p in many:
    p.score = (p.score or 0) + 1
Person.objects.bulk_update(many, ['score'])
check('bulk_update', Person.objects.aggregate(s=Max('score'), n=Count('score'), a=Avg('score')), {'s': 5, 'n': 5, 'a': 3.0})
check('get_or_create gets', Person.objects.get_or_create(phone='m2', defaults={'display_name': 'no'})[1], False)
check('get_or_create creates', Person.objects.get_or_create(phone='g', defaults={'display_name': 'g'})[1], True)
check('update_or_create updates', Person.objects.update_or_create(phone='g', defaults={'city': 'Xian'})[1], False)
check('update_or_create creates', Person.objects.update_or_create(phone='h', defaults={'city': 'Xian'})[1], True)
with transaction.atomic():
    p = Person.objects.select_for_update().get(phone='h')
    p.delete()
check('delete', Person.objects.filter(phone='h').exists(), False)
letter = Letter.objects.create(person=new, body='dear')
Letter.objects.create(person=many[0], body='hello')
check('select_related', [(l.body, l.person.phone) for l in Letter.objects.select_related('person').order_by('pk')], [('dear', '1'), ('hello', 'm0')])
check('prefetch_related', [[l.body for l in p.letter_set.all()] for p in Person.objects.filter(phone__in=['1', 'm0', 'm1']).order_by('phone').prefetch_related('letter_set')], [['dear'], ['hello'], []])
new.friends.add(*many)
check('many to many', new.friends.filter(score__gte=4).count(), 2)
check('annotate', list(Person.objects.annotate(n=Count('letter')).filter(n__gt=0).order_by('phone').values_list('phone', 'n')), [('1', 1), ('m0', 1)])
check('expressions', Person.objects.annotate(x=Concat(Lower('display_name'), Value('-'), 'phone')).get(phone='m0').x, 'm0-m0')
check('exists, Q, subquery', Person.objects.filter(Q(phone='m0') | Q(phone='1'), pk__in=Letter.objects.filter(body__isnull=False).values('person')).count(), 2)
check('iterator, by a cursor of the server', len(list(Person.objects.order_by('pk').iterator(chunk_size=2))), 8)
check('raw', [p.phone for p in Person.objects.raw("SELECT * FROM people_person WHERE phone = 'm3'")], ['m3'])
check('union', Person.objects.filter(phone='m3').values('phone').union(Person.objects.filter(phone='m4').values('phone')).count(), 2)
check('explain', 'row_permitted' in Person.objects.filter(phone='m3').explain())
check('dates', len(Letter.objects.dates('sent', 'year')), 1)
check('in_bulk', sorted(Person.objects.in_bulk([first.pk, new.pk])), [first.pk, new.pk])
check('refresh_from_db', (new.refresh_from_db(), new.phone)[1], '1')
check('delete cascades', many[0].delete()[0] >= 2)

# another purpose, for one transaction
with transaction.atomic():
    with connection.cursor() as c:
        c.execute("SET LOCAL wdd_privacy.purpose = 'ads'")
    check('who permits is there, others are not', [p.phone for p in Person.objects.all()], ['1'])
    check('what the label does not list is masked', [p.email for p in Person.objects.all()], ['n**@example.com'])
    check('count', Person.objects.count(), 7)
    check('defer', Person.objects.defer('phone', 'score', 'email').filter(display_name='first').count(), 1)
    check('update', Person.objects.filter(phone__isnull=False).update(score=9), 1)
check('the transaction is over', Person.objects.get(pk=first.pk).phone, '13800000000')

# no purpose
state('')
refused('refused without a purpose', lambda: list(Person.objects.all()), 'column "phone" of table "public.people_person" cannot be used without a purpose')
check('only() what is not labelled', sorted(p.display_name for p in Person.objects.only('display_name', 'city') if p.city), ['first', 'g', 'm1'])
check('count needs none', Person.objects.count(), 7)
bare = Person.objects.create(display_name='bare')
check('a person is registered without', bare.pk > new.pk)
check('unlabelled columns are updated without', Person.objects.filter(pk=bare.pk).update(city='Wuhan'), 1)
bare.city = 'Hefei'
bare.save(update_fields=['city'])
check('and deleted without', Person.objects.filter(city='Hefei')._raw_delete('default'), 1)
state('service')
check('and the connection goes on', Person.objects.filter(phone='1').count(), 1)
END
{
	local $ENV{DJANGO_USER} = 'web';
	local $ENV{DJANGO_PURPOSE} = 'service';
	local $ENV{PYTHONPATH} = $directory;
	local $ENV{PYTHONDONTWRITEBYTECODE} = 1;
	($out, $err) = run_command([ $python, "$directory/orm.py" ]);
}
is($err, '', 'python has nothing to complain of');
like($_, qr/^ok/, $_) for split /\n/, $out;
is(scalar(split /\n/, $out), 43, 'all of them ran');

done_testing();
