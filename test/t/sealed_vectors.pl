# The bytes of sealed values, against a program that was written from
# doc/sealed.md alone: it opens what the server sealed, and the server opens what
# it made.  Then whatever is not the very value of the row: every byte changed,
# every length, parts of other values.  None of it opens.
use strict;
use warnings FATAL => 'all';
use IPC::Run ();
use JSON::PP ();
use MIME::Base64 qw(decode_base64 encode_base64);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WddTest;

plan skip_all => 'python3-nacl is not there' if system('/usr/bin/python3 -c "import nacl" 2>/dev/null') != 0;

my %masters = (1 => '11' x 31 . '0f', 7 => 'a5' x 32);
my $dir = PostgreSQL::Test::Utils::tempdir;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '-E', 'UTF8' ]);

# The server gets the master keys of these epochs.
sub masters_are
{
	my (@epochs) = @_;
	open(my $to, '>', "$dir/keys") or die $!;
	print $to "$_ $masters{$_}\n" for @epochs;
	close $to;
	chmod 0600, "$dir/keys";
	return;
}
masters_are(1);
wdd_configure($node, 'fsync = off', 'autovacuum = off', "wdd_privacy.key_file = '$dir/keys'");
$node->start;

# What the program answers.
sub program
{
	my (%request) = @_;
	my ($in, $out, $err) = (JSON::PP::encode_json({ masters => \%masters, %request }), '', '');
	IPC::Run::run([ '/usr/bin/python3', 'test/vectors/sealed_values.py' ], \$in, \$out, \$err) or die "the program failed: $err";
	return JSON::PP::decode_json($out);
}

sub sql
{
	my ($sql, $purpose) = @_;
	return $node->safe_psql('postgres', "SET client_encoding = utf8; SET wdd_privacy.purpose = '" . ($purpose // 'service') . "';\n$sql");
}

# Rows of wdd.data_key, as the program takes them.
sub data_keys
{
	return [ map { my ($person, $epoch, $wrapped) = split /\|/; [ $person, $epoch + 0, $wrapped ] }
		split /\n/, sql(q(SELECT person_id, epoch, encode(wrapped, 'hex') FROM wdd.data_key)) ];
}

# ---------------------------------------------------------------------------
# What the server sealed
# ---------------------------------------------------------------------------

my @columns = (    # name, type, plaintext, normal form, flags
	[ 'phone',    'phone',               '+86 138 0013 8000',     '13800138000',           0x01 ],
	[ 'ending',   'phone(suffix)',       '+44 20 7946 0958',      '+442079460958',         0x09 ],
	[ 'unsought', 'phone(unsearchable)', '13900139000',           '13900139000',           0 ],
	[ 'card',     'id_card',             '11010519491231002x',    '11010519491231002X',    0x01 ],
	[ 'mail',     'email',               ' Anna@Example.COM ',    'anna@example.com',      0x01 ],
	[ 'note',     'text',                "\xc3\xa4 line",         "\xc3\xa4 line",         0 ],
	[ 'empty',    'text',                '',                      '',                      0 ],
	[ 'sought',   'text(searchable)',    'Zhang San',             'Zhang San',             0x01 ],
	[ 'padded',   'text(pad32)',         'x' x 31,                'x' x 31,                0x04 ],
	[ 'bucket',   'text(pad32)',         'y' x 32,                'y' x 32,                0x04 ],
	[ 'short',    'email(pad16)',        'a@b.cd',                'a@b.cd',                0x05 ],
	[ 'long',     'text',                'z' x 9000,              'z' x 9000,              0 ],
	[ 'raw',      'bytea',               '\\x00ff80',             "\x00\xff\x80",          0 ],
	[ 'tree',     'jsonb',               '{"b": 1, "a": [2.50]}', '{"a": [2.50], "b": 1}', 0 ],
	[ 'number',   'numeric',             '1.50',                  '1.50',                  0 ],
	[ 'born',     'date',                '31 dec 1949',           '1949-12-31',            0 ],
	[ 'net',      'inet',                '10.0.0.0/8',            '10.0.0.0/8',            0 ]);
my $names = join(', ', map { $_->[0] } @columns);
my $definitions = join(', ', map { "$_->[0] wdd.sealed_$_->[1]" } @columns);
$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_purpose('service', 'contract'), wdd.add_subject_kind('member');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['service', 'backup', 'restore']) p;
CREATE TABLE by_integer (id bigint PRIMARY KEY, person bigint, numbers wdd.sealed_phone[], $definitions);
CREATE TABLE by_uuid (id bigint PRIMARY KEY, person uuid, note wdd.sealed_text);
CREATE TABLE by_text (id bigint PRIMARY KEY, person text, note wdd.sealed_text);
SECURITY LABEL FOR wdd_privacy ON TABLE by_integer IS 'subject=person';
SECURITY LABEL FOR wdd_privacy ON TABLE by_uuid IS 'subject=person; subject_kind=device';
SECURITY LABEL FOR wdd_privacy ON TABLE by_text IS 'subject=person; subject_kind=member';
DO \$\$ DECLARE c record; BEGIN
    FOR c IN SELECT attrelid::regclass AS t, attname AS n FROM pg_attribute JOIN pg_type y ON y.oid = atttypid
        WHERE attrelid IN ('by_integer'::regclass, 'by_uuid'::regclass, 'by_text'::regclass) AND attnum > 0 AND typname ~ 'sealed' LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN %s.%I IS %L', c.t, c.n, 'purposes=service');
    END LOOP;
END \$\$;
SQL

my $literals = join(', ', map { "'$_->[2]'" } @columns);
my $uuid = '6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b';
my $member = "Zo\xc3\xab";
sql(<<"SQL");
INSERT INTO by_integer (id, person, numbers, $names) VALUES (1, -5, '{13800138000,NULL,13900139000}', $literals), (2, NULL, '{13800138000}', $literals);
INSERT INTO by_uuid VALUES (1, '$uuid', 'of a device');
INSERT INTO by_text VALUES (1, '$member', 'of a member');
SQL

sub kind_of { my ($name) = @_; return sql("SELECT kind_id FROM wdd.subject_kind WHERE name = '$name'") + 0 }
sub field_of { my ($table, $column) = @_; return sql("SELECT atttypmod & 65535 FROM pg_attribute WHERE attrelid = '$table'::regclass AND attname = '$column'") + 0 }

my $account = sql(q(SELECT p.kind_id FROM wdd.person p WHERE key_integer = -5)) + 0;
my %field = map { $_->[0] => field_of('by_integer', $_->[0]) } @columns;
my $true = JSON::PP::true;

# A row's values are what is expected of them.
sub check_row
{
	my ($id, $name, $person, $natural) = @_;
	my @armour = split /\|/, sql("SELECT $names FROM by_integer WHERE id = $id", 'backup');
	my $opened = program(
		data_keys => data_keys(),
		open      => [ map { [ $columns[$_][1] =~ /^(\w+)/, $armour[$_] ] } 0 .. $#columns ])->{opened};
	for my $i (0 .. $#columns)
	{
		my ($column, $type, undef, $form, $flags) = @{ $columns[$i] };
		is_deeply($opened->[$i],
			{ plain => unpack('H*', $form), person => $person, field => $field{$column}, flags => $flags, natural => $natural,
				token_right  => $flags & 0x01 ? $true : undef,
				suffix_right => $flags & 0x08 ? $true : undef },
			"$name: $column $type");
	}
	return;
}

my @of_minus_five = (sql('SELECT person_id FROM wdd.person WHERE key_integer = -5'), [ 0, $account, unpack('H*', pack('q>', -5)) . '0' x 16 ]);
check_row(1, 'sealed by the server', @of_minus_five);
check_row(2, q(nobody's), '00000000-0000-0000-0000-000000000000', [ 255, 0, '0' x 32 ]);

my @elements = split /\n/, sql('SELECT e FROM by_integer, unnest(numbers) e WHERE id = 1 AND e IS NOT NULL', 'backup');
my @of_others = map { sql("SELECT note FROM $_", 'backup') } qw(by_uuid by_text);
my $opened = program(data_keys => data_keys(), open => [ (map { [ 'phone', $_ ] } @elements), map { [ 'text', $_ ] } @of_others ])->{opened};
is(pack('H*', $opened->[0]{plain}) . pack('H*', $opened->[1]{plain}), '1380013800013900139000', 'elements of an array');
is(pack('H*', $opened->[2]{plain}) . " $opened->[2]{natural}[0] $opened->[2]{natural}[2]", 'of a device 1 ' . $uuid =~ s/-//gr, 'of a person with a uuid');
is(pack('H*', $opened->[3]{plain}) . " $opened->[3]{natural}[0]", 'of a member 2', 'of a person with a text');
my $unbound = $node->safe_psql('postgres', "SELECT '138 0013 8000'::wdd.sealed_phone");
is_deeply(
	program(open => [ [ 'phone', $unbound ] ])->{opened}[0],
	{ plain => unpack('H*', '13800138000'), person => '00000000-0000-0000-0000-000000000001', field => 6, flags => 2, natural => undef, token_right => undef, suffix_right => undef },
	'a literal without a row');

# ---------------------------------------------------------------------------
# What the program made
# ---------------------------------------------------------------------------

my ($twelve) = sql("INSERT INTO wdd.person (kind_id, key_integer) VALUES ($account, 12) RETURNING person_id") =~ /(\S+)/;
my ($zoe) = sql("INSERT INTO wdd.person (kind_id, key_text) VALUES (" . kind_of('member') . ", '${member}2') RETURNING person_id") =~ /(\S+)/;
my @orders = map {
	my ($column, $type, undef, $form, $flags) = @$_;
	my ($pad) = $type =~ /pad(\d+)/;
	{ kind => $type =~ s/\(.*//r, field => $field{$column}, person => $twelve, plain => unpack('H*', $form),
		$flags & 0x01 ? (token_epoch => 1) : (), $flags & 0x08 ? (suffix => $true) : (), $pad ? (pad => $pad + 0) : () }
} @columns;
my $made = program(
	make_key => [
		{ person => $twelve, epoch => 1, key => 'c3' x 32, type => 0, subject_kind => $account, natural => 12 },
		{ person => $zoe, epoch => 1, key => '3c' x 32, type => 2, subject_kind => kind_of('member'), natural => "Zo\x{eb}2" } ],
	make => [
		@orders,
		{ kind => 'text', field => field_of('by_text', 'note'), person => $zoe, plain => unpack('H*', 'made outside') },
		{ kind => 'phone', epoch => 1, plain => unpack('H*', '13700137000') } ]);
sql("INSERT INTO wdd.data_key VALUES ('$twelve', 1, '\\x$made->{made_keys}[0]'), ('$zoe', 1, '\\x$made->{made_keys}[1]')");
my @made = @{ $made->{made} };
my $values = join(', ', map { "'$_'" } @made[ 0 .. $#columns ]);
sql("INSERT INTO by_integer (id, person, $names) VALUES (3, 12, $values); INSERT INTO by_text VALUES (2, '${member}2', '$made[-2]')", 'restore');
my $reveal = join(', ', map { "wdd.reveal($_->[0])" } @columns);
is(sql("SELECT $reveal FROM by_integer WHERE id = 3"), sql("SELECT $reveal FROM by_integer WHERE id = 1"), 'the server opens what the program made');
is(sql('SELECT wdd.reveal(note) FROM by_text WHERE id = 2'), 'made outside', 'of a person with a text, too');
is(sql(q(SELECT count(*) FROM by_integer WHERE phone = '13800138000' AND ending = '+442079460958' AND mail = 'anna@example.com' AND sought = 'Zhang San')), 3, 'and finds it');
like(sql("INSERT INTO by_integer (id, person, phone) VALUES (4, 12, '$made[-1]') RETURNING wdd.reveal(phone)"), qr/^13700137000$/m, 'what the program made of a literal');

# After a rotation data keys are wrapped under another epoch; values stay as they are.
masters_are(1, 7);
$node->safe_psql('postgres', 'CALL wdd.rewrap_keys()');
is(sql('SELECT DISTINCT epoch FROM wdd.data_key'), 7, 'keys are wrapped under a new epoch');
check_row(1, 'after a rotation', @of_minus_five);
is(sql('SELECT wdd.reveal(phone) FROM by_integer WHERE id = 3'), '13800138000', 'and what the program made opens');

# ---------------------------------------------------------------------------
# Answers that never change
# ---------------------------------------------------------------------------

my $fixed = program(
	make_key => [ { person => '00112233-4455-6677-8899-aabbccddeeff', epoch => 1, key => 'c3' x 32, type => 0, subject_kind => 1, natural => 14, nonce => '0e' x 24 } ],
	make => [
		{ kind => 'phone', field => 258, person => '00112233-4455-6677-8899-aabbccddeeff', plain => unpack('H*', '13800138000'), token_epoch => 1, suffix => $true, nonce => '0d' x 24 },
		{ kind => 'text', field => 259, person => '00112233-4455-6677-8899-aabbccddeeff', plain => unpack('H*', 'known'), pad => 16, nonce => '0c' x 24 } ]);
my @known = (
	'0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0c8e5a373e5bce1c2415d1fc08f6f560783c48c0b75095f118de59733dbe81d8ca1e0a67d879799d8ec41b659d66fc0832769373be7d759406136fad885c72afaa70ec',
	'wdd1:AQkBAgARIjNEVWZ3iJmqu8zd7v8BsqGsXr4FnnYFvhFv3vQDdOE5N/tc2APUDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NUPPMPV0Kjfjw+8jye6vRhtIjPmECHZt8OYyG',
	'wdd1:AQQBAwARIjNEVWZ3iJmqu8zd7v8MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAxCVseujDu+gAL0KkvCvDyj0suC2PUU8RxVo0xL1iGD/w==');
is_deeply([ $fixed->{made_keys}[0], @{ $fixed->{made} } ], \@known, 'the program gives known answers');
sql(<<"SQL", 'restore');
CREATE TABLE known (person bigint, phone wdd.sealed_phone(258, suffix), note wdd.sealed_text(259, pad16));
SECURITY LABEL FOR wdd_privacy ON TABLE known IS 'subject=person';
SECURITY LABEL FOR wdd_privacy ON COLUMN known.phone IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN known.note IS 'purposes=service';
INSERT INTO wdd.person (person_id, kind_id, key_integer) VALUES ('00112233-4455-6677-8899-aabbccddeeff', 1, 14);
INSERT INTO wdd.data_key VALUES ('00112233-4455-6677-8899-aabbccddeeff', 1, '\\x$known[0]');
INSERT INTO known VALUES (14, '$known[1]', '$known[2]');
SQL
is(sql(q(SELECT wdd.reveal(phone), wdd.reveal(note) FROM known WHERE phone = '13800138000')), '13800138000|known', 'and the server knows them');

# ---------------------------------------------------------------------------
# What is not the value
# ---------------------------------------------------------------------------

sql("INSERT INTO by_integer (id, person, ending) VALUES (11, 11, '13800138011'), (12, 11, '13800138012'), (13, 13, '13800138013')");
my %value = map { my ($id, $armour) = split /\|/; $id => decode_base64(substr($armour, 5)) }
	split /\n/, sql('SELECT id, ending FROM by_integer WHERE id IN (11, 12, 13)', 'backup');
my $whole = $value{11};
is(length $whole, 20 + 17 + 8 + 24 + 11 + 16, 'length of a value with everything');
my %part = (
	person => [ 4, 16 ], 'token epoch' => [ 20, 1 ], token => [ 21, 16 ], 'suffix token' => [ 37, 8 ], nonce => [ 45, 24 ],
	ciphertext => [ 69, 11 ], tag => [ 80, 16 ], head => [ 0, 45 ], 'ciphertext and tag' => [ 69, 27 ], 'nonce, ciphertext and tag' => [ 45, 51 ]);
my %variant;
for my $i (0 .. length($whole) - 1)
{
	for my $bit (0x01, 0x80)
	{
		substr($variant{ sprintf 'byte %d ^ %02x', $i, $bit } = $whole, $i, 1) = chr(ord(substr($whole, $i, 1)) ^ $bit);
	}
	$variant{"the first $i bytes"} = substr($whole, 0, $i);
}
$variant{"with $_ more bytes"} = $whole . "\0" x $_ for 1, 16;
$variant{'without its first byte'} = substr($whole, 1);
substr($variant{"flags $_"} = $whole, 1, 1) = chr($_) for 0 .. 8, 10 .. 15;
for my $other (12, 13)
{
	for my $name (keys %part)
	{
		my ($at, $length) = @{ $part{$name} };
		substr(my $changed = $whole, $at, $length) = substr($value{$other}, $at, $length);
		$variant{"$name of $other"} = $changed unless $changed eq $whole || $changed eq $value{$other};
	}
}
$variant{q(of another person's row)} = $value{13};
for my $column (qw(phone unsought))
{
	sql("UPDATE by_integer SET $column = '13800138011' WHERE id = 11");
	$variant{"of column $column"} = decode_base64(substr(sql("SELECT $column FROM by_integer WHERE id = 11", 'backup'), 5));
}

# Put each into a row of person 11, past the trigger that seals; then open it.
my @tried = sort keys %variant;
my $script = join('', map { sprintf "INSERT INTO by_integer (id, person, ending) VALUES (%d, 11, 'wdd1:%s');\nSELECT 'OPENED', wdd.reveal(ending) FROM by_integer WHERE id = %1\$d;\n",
	1000 + $_, encode_base64($variant{ $tried[$_] }, '') } 0 .. $#tried);
my ($status, $out, $err) = $node->psql('postgres', "SET wdd_privacy.purpose = 'service'; SET session_replication_role = replica;\n$script", on_error_stop => 0);
is($out, '', @tried . ' values that were tampered with: none opens');
my %errors;
$errors{$1}++ while $err =~ /(?:ERROR|FATAL|PANIC):  (.*)/g;
my @messages = ('invalid sealed value for type wdd.sealed_phone', 'sealed value in column "ending" of table "public.by_integer" does not open');
is_deeply([ sort keys %errors ], \@messages, 'of what is no sealed value at all there is one error, of what does not open another')
  or diag explain \%errors;
is($errors{ $messages[0] } + $errors{ $messages[1] }, @tried, 'one for each');
cmp_ok($errors{ $messages[1] }, '>', 220, 'most of them were stored');
is(sql('SELECT count(ending) FROM by_integer WHERE id >= 1000', 'backup'), $errors{ $messages[1] }, 'and are there');
my %details;
$details{$1}++ while $err =~ /(DETAIL:  It was sealed.*\n.*HINT:  .*)/g;
is_deeply(\%details, { "DETAIL:  It was sealed for another person or another column, or it was changed since, or the person's key is gone.\nHINT:  Sealed values open in their own row only; to give a row a value, store plaintext." => $errors{ $messages[1] } }, 'with the same DETAIL and HINT');
sql('DELETE FROM by_integer WHERE id >= 1000');

# The same through COPY under purpose restore, which takes sealed values as they come
my @copied = grep { $variant{ $tried[$_] } =~ /^\x01\x09/ && length $variant{ $tried[$_] } > 85 } 0 .. $#tried;
my $rows = @copied;
$script = "SET wdd_privacy.purpose = 'restore';\nCOPY by_integer (id, person, ending) FROM stdin;\n";
$script .= sprintf "%d\t11\twdd1:%s\n", 1000 + $_, encode_base64($variant{ $tried[$_] }, '') for @copied;
$script .= "\\.\nSET wdd_privacy.purpose = 'service';\nBEGIN;\n";
$script .= sprintf "SAVEPOINT s; SELECT 'OPENED', wdd.reveal(ending) FROM by_integer WHERE id = %d; ROLLBACK TO s;\n", 1000 + $_ for @copied;
($status, $out, $err) = $node->psql('postgres', $script, on_error_stop => 0);
is($out, '', "$rows of them by COPY: none opens");
is(scalar(() = $err =~ /ERROR:  sealed value in column "ending" of table "public.by_integer" does not open/g), $rows, 'each is an error');
($status, $out, $err) = $node->psql('postgres', "SET wdd_privacy.purpose = 'service'; SELECT wdd.reveal(ending) FROM by_integer WHERE id IN (11, 12, " . (1000 + $copied[0]) . ") ORDER BY id", on_error_stop => 0);
is($out, '', 'one among others: the statement shows nothing');

# Bytes that no input has seen, as a damaged file has them: CREATE CAST ... WITHOUT
# FUNCTION is refused
$node->safe_psql('postgres', q{INSERT INTO pg_cast (oid, castsource, casttarget, castfunc, castcontext, castmethod)
	VALUES (99999, 'bytea'::regtype, 'wdd.sealed_phone'::regtype, 0, 'e', 'b')});
$script = join('', map { my $bytes = unpack('H*', substr($whole, 0, $_)); "SELECT '\\x$bytes'::bytea::wdd.sealed_phone;\nSELECT wdd.sealed_phone_send('\\x$bytes'::bytea::wdd.sealed_phone);\n" } 0 .. 84);
($status, $out, $err) = $node->psql('postgres', $script, on_error_stop => 0);
is($out, '', 'a value that is too short is not shown');
is(scalar(() = $err =~ /ERROR:  sealed value is damaged$/mg), 2 * 85, 'it is damaged');

is(sql('SELECT wdd.reveal(ending) FROM by_integer WHERE id = 11'), '13800138011', 'the value itself still opens');
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC/, 'nothing crashed');

# The end of what binding can tell: a value of the same person and column.
sql("UPDATE by_integer SET ending = 'wdd1:" . encode_base64($value{12}, '') . "' WHERE id = 11");
is(sql('SELECT wdd.reveal(ending) FROM by_integer WHERE id = 11'), '13800138012', 'another value of the same person and column opens, as documented');

done_testing();
