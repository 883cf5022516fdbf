# Where keys of sealed values come from: every way in which a key file or a key
# command can be wrong gives an error that names it, and shows no key; the rest
# of the server goes on.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);
use WddTest;

my @keys = map { unpack('H*', join('', map { chr(int(rand(256))) } 1 .. 32)) } 0 .. 6;
my $dir = PostgreSQL::Test::Utils::tempdir;
my $file = "$dir/keys";

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nrestart_after_crash = on\n");
wdd_configure($node);

# ---------------------------------------------------------------------------

sub write_file
{
	my ($path, $mode, @lines) = @_;
	unlink $path;
	open(my $to, '>', $path) or die "$path: $!";
	print $to join('', @lines);
	close $to;
	chmod $mode, $path;
	return;
}

# Source of keys of a server that runs.
sub source_is
{
	my (%settings) = @_;
	my %all = (key_file => '', key_command => '', key_command_timeout => 10, %settings);
	for my $name (sort keys %all)
	{
		my $value = $all{$name} =~ s/'/''/gr;
		$node->append_conf('postgresql.conf', "wdd_privacy.$name = '$value'");
	}
	$node->reload;
	for my $name (sort keys %all)
	{
		my $value = $all{$name} =~ s/'/''/gr;
		$value .= 's' if $name eq 'key_command_timeout';
		$node->poll_query_until('postgres', "SELECT current_setting('wdd_privacy.$name') = '$value'") or die $name;
	}
	return;
}

# A shell command, in a file of its own.
sub command
{
	my ($text) = @_;
	write_file("$dir/command", 0700, "#!/bin/sh\n$text\n");
	return "$dir/command";
}

sub error_is
{
	my ($sql, $expected, $name) = @_;
	my ($out, $err) = run_sql($node, 'postgres', $sql);
	$err =~ s/^psql:[^:]*:\d+: //mg;
	$err =~ s/^CONTEXT:.*\z//ms;
	is($err =~ s/\n+\z//r, $expected, $name);
	is($out, '', "$name: nothing else");
	return;
}

my $lines = 'Each line holds an epoch from 1 to 255, a blank, and 64 hexadecimal digits; empty lines and lines that begin with # are skipped.';
my $access = q(The file must belong to the server's user with mode 0600 or stricter, or to root with mode 0640 or stricter.);

# Has the process that wrote its number into $dir/pid ended?  Nobody may be left
# to collect it.
sub is_gone
{
	return 1 if !-s "$dir/pid";
	my $pid = slurp_file("$dir/pid") + 0;
	for (1 .. 50)
	{
		return 1 if !kill(0, $pid);
		return 1 if -r "/proc/$pid/stat" && slurp_file("/proc/$pid/stat") =~ /\) Z /;
		select(undef, undef, undef, 0.1);
	}
	return 0;
}

sub file_error
{
	my ($detail, $hint) = @_;
	return qq(ERROR:  keys of sealed values cannot be had from the file of "wdd_privacy.key_file"\nDETAIL:  $detail\nHINT:  $hint);
}

sub command_error
{
	my ($detail, $hint) = @_;
	return qq(ERROR:  keys of sealed values cannot be had from the command of "wdd_privacy.key_command"\nDETAIL:  $detail\nHINT:  $hint);
}

# ---------------------------------------------------------------------------
# A server whose source is bad starts, and whoever needs a key is told
# ---------------------------------------------------------------------------

$node->append_conf('postgresql.conf', "wdd_privacy.key_file = '$file'");
$node->start;
like(slurp_file($node->logfile), qr/WARNING:  keys of sealed values cannot be had from the file of "wdd_privacy.key_file"\n.*DETAIL:  It could not be opened: No such file or directory\.\n.*HINT:  Make it with/,
	'a bad source is a warning at start');
wdd_sample($node, 'postgres');
is($node->safe_psql('postgres', "SET wdd_privacy.purpose = 'ads'; SELECT count(phone) FROM users"), 2, 'all else works');
my $no_file = file_error('It could not be opened: No such file or directory.', 'Make it with wdd.create_key_file(path), or correct the path.');
error_is('SELECT wdd.epoch_check_value(1)', $no_file, 'the first use of a key');
is($node->safe_psql('postgres', 'SELECT epoch IS NULL, source, shared, problem FROM wdd.key_status()'),
	q(t|file|t|keys of sealed values cannot be had from the file of "wdd_privacy.key_file": It could not be opened: No such file or directory.), 'key_status() without keys');


# what wdd.doctor() finds, of keys alone
sub doctor
{
	return $node->safe_psql('postgres', q(SELECT severity || ' ' || object || ': ' || finding FROM wdd.doctor() WHERE finding ~ 'key' AND finding !~ 'lacks fixes'));
}
is(doctor(), '', 'doctor() says nothing of keys where nothing is sealed');
$node->safe_psql('postgres', 'CREATE TABLE sealed (id bigint, phone wdd.sealed_phone)');
is(doctor(), q(critical keys of sealed values: keys of sealed values cannot be had from the file of "wdd_privacy.key_file": It could not be opened: No such file or directory. What is sealed cannot be opened, and nothing be sealed.), 'doctor() without keys');

# ---------------------------------------------------------------------------
# create_key_file()
# ---------------------------------------------------------------------------

is($node->safe_psql('postgres', "SELECT wdd.create_key_file('$file')"), "wdd_privacy.key_file = '$file'", 'create_key_file()');
like(slurp_file($file), qr/\A(#.*\n)+1 [0-9a-f]{64}\n\z/, 'what stands in it');
is((stat($file))[2] & 07777, 0600, 'its mode');
$keys[0] = substr(slurp_file($file), -65, 64);
$node->poll_query_until('postgres', "SELECT in_source FROM wdd.key_status()") or die;
pass('a source that was missing is read again by itself');
is($node->safe_psql('postgres', 'SELECT length(wdd.epoch_check_value(1))'), 16, 'and used');
my $data = $node->data_dir;
error_is("SELECT wdd.create_key_file('$file')", qq(ERROR:  key file "$file" cannot be made: File exists\nHINT:  The directory must be one that the server's user may write; a file that is there is never overwritten.), 'a file that exists');
error_is("SELECT wdd.create_key_file('keys')", 'ERROR:  path "keys" of a key file is not absolute', 'a relative path');
error_is("SELECT wdd.create_key_file(E'$dir/a\\nb')", 'ERROR:  path of a key file must not contain control characters', 'a path with a line feed');
error_is("SELECT wdd.create_key_file('$dir/none/keys')", qq(ERROR:  directory "$dir/none" cannot be opened: No such file or directory), 'a directory that is missing');
symlink($data, "$dir/link") or die;
for my $place ($data, "$data/base", "$data/pg_wal", "$dir/link")
{
	error_is("SELECT wdd.create_key_file('$place/keys')", qq(ERROR:  a key file must not lie in "$place"\nDETAIL:  It is within the data directory or a tablespace, and so in every backup of them.\nHINT:  Choose a directory that no backup of the database includes.), "within the data directory: " . substr($place, length($dir)));
}
$node->safe_psql('postgres', "CREATE ROLE admin LOGIN; SELECT wdd.grant_duty('administer', 'admin'); SET ROLE admin; SELECT wdd.reload_keys(), wdd.rotate_epoch()");
error_is("SET ROLE admin; SELECT wdd.create_key_file('$dir/more')", 'ERROR:  permission denied for function create_key_file', 'duty administer makes no files');
is($node->safe_psql('postgres', 'SELECT epoch, state, in_source, key_right, data_keys, token_domains, source, shared, problem FROM wdd.key_status()'),
	'1|current|t|t|0||file|t|', 'key_status()');
my $in_file = 'notice setting wdd_privacy.key_file: keys lie in a file beside the server: whoever takes the machine, or a backup of all of it, has keys and data';
is(doctor(), $in_file, 'doctor() with a file');
error_is("SELECT wdd.create_key_file('$dir/more')", "ERROR:  this database was sealed with keys before\nDETAIL:  It knows epoch 1; a file with a new key in its place would open nothing.\nHINT:  Bring back the source of those keys, or add a line with a higher epoch to it.", 'a second key file');

# ---------------------------------------------------------------------------
# Key files
# ---------------------------------------------------------------------------

my $two = "1 $keys[0]\n2 $keys[1]\n";
my %files = (
	'empty'               => ['', 'It has no key.', $lines],
	'comments only'       => ["# 1 $keys[1]\n\n   \n", 'It has no key.', $lines],
	'no key'              => ["# one\n1\n", 'Line 2 does not have the form "epoch hexkey".', $lines],
	'truncated key'       => ["1 $keys[0]\n2 " . substr($keys[1], 0, 63) . "\n", 'Line 2 does not have the form "epoch hexkey".', $lines],
	'truncated file'      => ["1 $keys[0]\n2 " . substr($keys[1], 0, 30), 'Line 2 does not have the form "epoch hexkey".', $lines],
	'key too long'        => ["1 $keys[0]0\n", 'Line 1 does not have the form "epoch hexkey".', $lines],
	'no hexadecimal'      => ["1 " . ('xy' x 32) . "\n", 'Line 1 does not have the form "epoch hexkey".', $lines],
	'key alone'           => ["$keys[1]\n", 'Line 1 does not have the form "epoch hexkey".', $lines],
	'more after the key'  => ["1 $keys[1] new\n", 'Line 1 does not have the form "epoch hexkey".', $lines],
	'epoch 0'             => ["0 $keys[1]\n", 'Line 1 does not have the form "epoch hexkey".', $lines],
	'epoch 256'           => ["256 $keys[1]\n", 'Line 1 does not have the form "epoch hexkey".', $lines],
	'epoch 01'            => ["01 $keys[1]\n", 'Line 1 does not have the form "epoch hexkey".', $lines],
	'epoch -1'            => ["-1 $keys[1]\n", 'Line 1 does not have the form "epoch hexkey".', $lines],
	'a byte of zero'      => ["1 $keys[0]\0\n", 'Line 1 does not have the form "epoch hexkey".', $lines],
	'an epoch twice'      => ["1 $keys[0]\n# x\n1 $keys[1]\n", 'Line 3 has the epoch of an earlier line.', 'Each epoch has one key, which never changes.'],
	'a key twice'         => ["1 $keys[0]\n2 " . uc($keys[0]) . "\n", 'Line 2 has the key of another epoch.', 'Make a key of its own for each epoch, such as by: openssl rand -hex 32'],
	'a long line'         => ["1 $keys[0]\n#" . ('x' x 600) . "\n", 'Line 2 has more than 512 bytes.', $lines],
	'a long file'         => ["1 $keys[0]\n" . ("# comment\n" x 10000), 'It has more than 65536 bytes.', $lines]);
source_is(key_file => $file);
for my $name (sort keys %files)
{
	my ($text, @error) = @{ $files{$name} };
	write_file($file, 0600, $text);
	error_is('SELECT wdd.reload_keys()', file_error(@error), "file: $name");
}
is($node->safe_psql('postgres', 'SELECT in_source, problem FROM wdd.key_status()'), 't|keys of sealed values cannot be had from the file of "wdd_privacy.key_file": Line 2 does not have the form "epoch hexkey".', 'keys that were known stay, and the problem is shown');
is($node->safe_psql('postgres', 'SELECT length(wdd.epoch_check_value(1))'), 16, 'and are used');

for my $mode (0604, 0640, 0660, 0700 | 0020, 0644)
{
	write_file($file, $mode, $two);
	error_is('SELECT wdd.reload_keys()', file_error(sprintf('Others than its owner have access to it: its mode is %04o.', $mode), $access), sprintf('file: mode %04o', $mode));
}
write_file($file, 0600, $two);
link($file, "$dir/second") or die;
error_is('SELECT wdd.reload_keys()', file_error('It has more than one name (hard links).', 'Copy it to a file of its own.'), 'file: a hard link');
unlink "$dir/second";
source_is(key_file => $dir);
error_is('SELECT wdd.reload_keys()', file_error('It is not a regular file.', 'Name a file, or use "wdd_privacy.key_command".'), 'file: a directory');
system('mkfifo', '-m', '600', "$dir/fifo");
source_is(key_file => "$dir/fifo");
error_is('SELECT wdd.reload_keys()', file_error('It is not a regular file.', 'Name a file, or use "wdd_privacy.key_command".'), 'file: a pipe, which nobody waits for');
source_is(key_file => '/dev/null');
error_is('SELECT wdd.reload_keys()', file_error('It is not a regular file.', 'Name a file, or use "wdd_privacy.key_command".'), 'file: a device');
source_is(key_file => 'keys');
error_is('SELECT wdd.reload_keys()', file_error('Its path is not absolute.', 'Give the path from the root.'), 'file: a relative path');
if ($< != 0 && !-r '/etc/shadow' && -e '/etc/shadow')
{
	source_is(key_file => '/etc/shadow');
	error_is('SELECT wdd.reload_keys()', file_error('It could not be opened: Permission denied.', $access), 'file: of root, and not for us');
}
source_is(key_file => '/etc/passwd');
error_is('SELECT wdd.reload_keys()', file_error('Others than its owner have access to it: its mode is 0644.', $access), 'file: of root, and for all');

# where it lies
my $inside = [ 'It lies within the data directory or a tablespace, and so in every backup of them.', 'Move it to a directory that no backup of the database includes.' ];
write_file("$data/keys", 0600, $two);
source_is(key_file => "$data/keys");
error_is('SELECT wdd.reload_keys()', file_error(@$inside), 'file: in the data directory');
symlink("$data/keys", "$dir/symlink") or die;
source_is(key_file => "$dir/symlink");
error_is('SELECT wdd.reload_keys()', file_error(@$inside), 'file: a symbolic link into the data directory');
source_is(key_file => "$dir/link/keys");
error_is('SELECT wdd.reload_keys()', file_error(@$inside), 'file: through a directory that is a symbolic link');
unlink "$data/keys";
mkdir "$dir/space" or die;
$node->safe_psql('postgres', "CREATE TABLESPACE space LOCATION '$dir/space'");
mkdir "$dir/space/below" or die;
write_file("$dir/space/below/keys", 0600, $two);
source_is(key_file => "$dir/space/below/keys");
error_is('SELECT wdd.reload_keys()', file_error(@$inside), 'file: in a tablespace');
unlink "$dir/symlink";
symlink($file, "$dir/symlink") or die;
source_is(key_file => "$dir/symlink");
is($node->safe_psql('postgres', 'SELECT wdd.reload_keys()'), 2, 'file: a symbolic link elsewhere');

# ---------------------------------------------------------------------------
# Key commands
# ---------------------------------------------------------------------------

source_is(key_file => $file, key_command => 'true');
error_is('SELECT wdd.reload_keys()', qq(ERROR:  there are two sources of keys for sealed values\nDETAIL:  Both "wdd_privacy.key_command" and "wdd_privacy.key_file" are set.\nHINT:  Reset one of them, reload the configuration, then call wdd.reload_keys().), 'two sources');
source_is();
error_is('SELECT wdd.reload_keys()', qq(ERROR:  there is no source of keys for sealed values\nDETAIL:  Neither "wdd_privacy.key_command" nor "wdd_privacy.key_file" is set.\nHINT:  Set one of them in postgresql.conf; wdd.create_key_file(path) makes a file for a first try.), 'no source');

source_is(key_command => command("cat $file"));
is($node->safe_psql('postgres', 'SELECT wdd.reload_keys()'), 2, 'command: prints a file');
source_is(key_command => command("cat; echo 'wdd_marker_of_stderr' >&2; printf '1 $keys[0]\\r\\n\\n\\t 2  $keys[1]  '"));
is($node->safe_psql('postgres', 'SELECT wdd.reload_keys()'), 2, 'command: no input, blanks, no line feed at the end, and something on standard error');
like(slurp_file($node->logfile), qr/^wdd_marker_of_stderr$/m, 'which is in the log');
my $said = 'The server log has what it said to its standard error. Mend it, then call wdd.reload_keys().';
my %commands = (
	'fails'             => ["echo '1 $keys[0]'; exit 3", 'It failed: child process exited with exit code 3.', $said],
	'prints nothing'    => ['exit 0', 'It has no key.', $lines],
	'prints a message'  => ['echo "permission denied"', 'Line 1 does not have the form "epoch hexkey".', $lines],
	'prints without end' => ['yes "# x"', 'It has more than 65536 bytes.', $lines],
	'stops in a line'   => ["printf '1 $keys[0]\\n2 " . substr($keys[1], 0, 20) . "'", 'Line 2 does not have the form "epoch hexkey".', $lines]);
for my $name (sort keys %commands)
{
	my ($text, @error) = @{ $commands{$name} };
	source_is(key_command => command($text));
	error_is('SELECT wdd.reload_keys()', command_error(@error), "command: $name");
}
source_is(key_command => 'kill -9 $$');
error_is('SELECT wdd.reload_keys()', command_error('It failed: child process was terminated by signal 9: Killed.', $said), 'command: is killed');
source_is(key_command => "$dir/nowhere");
error_is('SELECT wdd.reload_keys()', command_error('It failed: command not found.', $said), 'command: does not exist');

my $late = 'Make it faster, or raise "wdd_privacy.key_command_timeout"; then call wdd.reload_keys().';
for my $slow ("echo \$\$ > $dir/pid; echo '1 $keys[0]'; sleep 77", "sh -c 'echo \$\$ > $dir/pid; exec sleep 77' & echo '1 $keys[0]'", "echo \$\$ > $dir/pid; exec >&-; sleep 77")
{
	source_is(key_command => command($slow), key_command_timeout => 1);
	unlink "$dir/pid";
	my $begin = time();
	error_is('SELECT wdd.reload_keys()', command_error('It did not end within 1 s.', $late), "command: too slow");
	cmp_ok(time() - $begin, '<', 5, 'and not waited for');
	ok(is_gone(), 'and its processes are gone');
}
source_is(key_command => command("echo \$\$ > $dir/pid; sleep 77"));
unlink "$dir/pid";
error_is("SET statement_timeout = '500ms'; SELECT wdd.reload_keys()", 'ERROR:  canceling statement due to statement timeout', 'a command can be cancelled');
ok(is_gone(), 'and is gone, too');

# ---------------------------------------------------------------------------
# Wrong keys
# ---------------------------------------------------------------------------

write_file($file, 0600, $two);
source_is(key_file => $file);
is($node->safe_psql('postgres', 'SELECT wdd.rotate_epoch()'), 0, 'a second epoch');
is($node->safe_psql('postgres', 'SELECT epoch, state, in_source, key_right FROM wdd.key_status()'), "1|previous|t|t\n2|current|t|t", 'both are known');
my $wrong = 'Its check value is not the one in wdd.key_epoch.';
my $mend = 'Give the source the right key of the epoch back, then call wdd.reload_keys().';
sub wrong_key
{
	my ($epoch) = @_;
	return "ERROR:  key of epoch $epoch is not the one that this database was sealed with\nDETAIL:  $wrong\nHINT:  $mend";
}
write_file($file, 0600, "1 $keys[1]\n2 $keys[0]\n");
is($node->safe_psql('postgres', 'SELECT wdd.reload_keys()'), 2, 'swapped keys are read');
error_is("SELECT wdd.epoch_check_value($_)", wrong_key($_), "but not used: epoch $_") for 1, 2;
is($node->safe_psql('postgres', 'SELECT epoch, state, in_source, key_right FROM wdd.key_status()'), "1|previous|t|f\n2|current|t|f", 'key_status() shows it');
write_file($file, 0600, "1 $keys[0]\n2 $keys[2]\n");
$node->safe_psql('postgres', 'SELECT wdd.reload_keys()');
error_is('SELECT wdd.epoch_check_value(2)', wrong_key(2), 'one wrong key');
is(doctor(), "critical epoch 2 of keys: its key is not the one that this database was sealed with: what is sealed under it cannot be opened\n$in_file", 'doctor() knows it');
is($node->safe_psql('postgres', 'SELECT length(wdd.epoch_check_value(1))'), 16, 'the other one is used');
write_file($file, 0600, "1 $keys[0]\n");
$node->safe_psql('postgres', 'SELECT wdd.reload_keys()');
is(doctor(), "critical epoch 2 of keys: the source of keys does not have its key: what is sealed under it cannot be opened\n$in_file", 'doctor() misses a key');
error_is('SELECT wdd.epoch_check_value(2)', "ERROR:  key of epoch 2 is missing\nDETAIL:  The source of keys has those of epochs: 1.\nHINT:  Give the source its line of the epoch back, then call wdd.reload_keys().", 'a missing key');
write_file($file, 0600, $two);
my $seconds = 0;
while ($seconds++ < 60 && (run_sql($node, 'postgres', 'SELECT wdd.epoch_check_value(2)'))[1] ne '')
{
	sleep 1;
}
is($node->safe_psql('postgres', 'SELECT bool_and(key_right) FROM wdd.key_status()'), 't', 'a missing key');
pass('which is looked for again by itself');

# another database with other keys is not disturbed, nor disturbs
$node->safe_psql('postgres', 'CREATE DATABASE elsewhere');
$node->safe_psql('elsewhere', 'CREATE EXTENSION wdd_privacy; SELECT wdd.rotate_epoch()');
is($node->safe_psql('elsewhere', 'SELECT epoch, state FROM wdd.key_status()'), "1|\n2|current", 'another database has epochs of its own');

# ---------------------------------------------------------------------------
# Retiring
# ---------------------------------------------------------------------------

error_is('SELECT wdd.retire_epoch(2)', "ERROR:  epoch 2 is the current one\nDETAIL:  New data keys are wrapped under it.\nHINT:  Add a line with a higher epoch to the source of keys, then CALL wdd.rewrap_keys().", 'the current epoch is not retired');
error_is('SELECT wdd.retire_epoch(7)', "ERROR:  epoch 7 does not exist\nDETAIL:  This database never used it.\nHINT:  See wdd.key_status().", 'nor one that does not exist');
$node->safe_psql('postgres', "BEGIN; SELECT wdd.retire_epoch(1); ROLLBACK");
is($node->safe_psql('postgres', 'SELECT length(wdd.epoch_check_value(1))'), 16, 'retiring that was rolled back');
write_file($file, 0604, $two);
is(doctor(), qq(warning keys of sealed values: keys of sealed values cannot be had from the file of "wdd_privacy.key_file": Others than its owner have access to it: its mode is 0604. Keys from before are in use, until a restart or wdd.reload_keys().\n$in_file), 'doctor() with a file that has become readable for all');
write_file($file, 0600, $two);
my ($out, $err) = run_sql($node, 'postgres', 'SELECT wdd.retire_epoch(1)');
like($err, qr/NOTICE:  epoch 1 is retired\nHINT:  Destroy its key: at the source, and every copy\./, 'retiring says what is left to do');
error_is('SELECT wdd.epoch_check_value(1)', "ERROR:  key of epoch 1 is retired\nDETAIL:  Nothing that was sealed under it can be opened any more.\nHINT:  Values that are still needed have been sealed anew before; seal this one from its source.", 'its key is not used');
is($node->safe_psql('postgres', 'SELECT epoch, state, in_source FROM wdd.key_status()'), "1|retired|f\n2|current|t", 'and not in memory');
error_is('SELECT wdd.retire_epoch(1)', 'ERROR:  epoch 1 is retired already', 'once');
is($node->safe_psql('postgres', 'SELECT wdd.reload_keys()'), 2, 'a source that still has it');
is(doctor(), "notice epoch 1 of keys: it is retired, but the source of keys still has its key: whoever has an old backup and the key can open it\n$in_file", 'which doctor() tells');
error_is('SELECT wdd.epoch_check_value(1)', "ERROR:  key of epoch 1 is retired\nDETAIL:  Nothing that was sealed under it can be opened any more.\nHINT:  Values that are still needed have been sealed anew before; seal this one from its source.", 'changes nothing');

# ---------------------------------------------------------------------------
# Memory
# ---------------------------------------------------------------------------

SKIP:
{
	my $maps = "/proc/" . slurp_file("$data/postmaster.pid") =~ s/\n.*//sr . "/smaps";
	skip 'no smaps here', 2 unless -r $maps;
	my @kept = grep { /^VmFlags:.* sh .* dd/m } split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m, slurp_file($maps));
	cmp_ok(scalar(@kept), '>=', 1, 'shared keys are left out of core dumps');
	is($node->safe_psql('postgres', 'SELECT DISTINCT memory_locked FROM wdd.key_status()') eq 't',
		scalar(grep { /^VmFlags:.* lo/m } @kept) > 0, 'and locked, where the system allows it');
}

# ---------------------------------------------------------------------------
# Crash, start, and without preloading
# ---------------------------------------------------------------------------

my $session = $node->background_psql('postgres', on_error_stop => 0);
my $backend = $session->query('SELECT pg_backend_pid()');
my $log = -s $node->logfile;
kill 'KILL', $backend;
$node->wait_for_log(qr/database system is ready to accept connections/, $log);
$node->poll_query_until('postgres', 'SELECT true') or die;
is($node->safe_psql('postgres', 'SELECT length(wdd.epoch_check_value(2))'), 16, 'keys are there after a crash');
eval { $session->quit };

source_is(key_command => command("echo x >> $dir/runs; cat $file"));
unlink "$dir/runs";
$node->restart;
is($node->safe_psql('postgres', 'SELECT length(wdd.epoch_check_value(2))'), 16, 'keys of a command') for 1 .. 3;
is(slurp_file("$dir/runs"), "x\n", 'which ran once, at the start of the server');

$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->safe_psql('postgres', "ALTER DATABASE postgres SET session_preload_libraries = 'wdd_privacy'");
$node->restart;
is(slurp_file("$dir/runs"), "x\n", 'without preloading it does not run then');
is($node->safe_psql('postgres', 'SELECT length(wdd.epoch_check_value(2)), length(wdd.epoch_check_value(2)); SELECT DISTINCT source, shared FROM wdd.key_status()'), "16|16\ncommand|f", 'but when a session needs a key');
is(slurp_file("$dir/runs"), "x\nx\n", 'once a session');
my $old = $node->background_psql('postgres', on_error_stop => 0);
is(answer($old, 'SELECT length(wdd.epoch_check_value(2))'), 16, 'a session with two epochs');
write_file($file, 0600, "1 $keys[0]\n2 $keys[1]\n3 $keys[3]\n");
is($node->safe_psql('postgres', 'SELECT wdd.rotate_epoch()'), 0, 'a third epoch');
is(answer($old, 'SELECT length(wdd.epoch_check_value(3))'), 16, 'which the session learns of at once');
is(answer($old, 'SELECT wdd.epoch_check_value(1)'), 'ERROR 55000', 'a retired one is none');
write_file($file, 0604, $two);
source_is(key_file => $file);
error_is('SELECT wdd.epoch_check_value(2)', file_error('Others than its owner have access to it: its mode is 0604.', $access), 'a bad file, without preloading');
is(answer($old, 'SELECT length(wdd.epoch_check_value(3))'), 16, 'does not disturb who has keys');
is(answer($old, 'SELECT wdd.reload_keys()'), 'ERROR 55000', 'also not when the session tries to read it again');
is(answer($old, 'SELECT length(wdd.epoch_check_value(3))'), 16, 'and fails');
$old->quit;

# ---------------------------------------------------------------------------
# No key anywhere
# ---------------------------------------------------------------------------

$node->stop;
my $all = slurp_file($node->logfile);
my @found = grep { $all =~ /\Q$_\E/i || index($all, pack('H*', $_)) >= 0 || index($all, substr($_, 0, 20)) >= 0 } @keys;
is(scalar(@found), 0, 'no key in the log');
my $patterns = "$dir/patterns";
write_file($patterns, 0600, map { "$_\n" } @keys);
isnt(system("grep -rqFi -f '$patterns' '$data'"), 0, 'no key in the data directory, as text');
my $hits = 0;
for my $path (split /\n/, `find '$data' -type f -size +0`)
{
	my $bytes = slurp_file($path);
	$hits += grep { index($bytes, pack('H*', $_)) >= 0 } @keys;
}
is($hits, 0, 'nor as bytes');

done_testing();
