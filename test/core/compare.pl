#!/usr/bin/perl
# compare.pl: compares two runs of PostgreSQL's own tests.
#   usage: compare.pl PLAIN LABELLED [EXPLAINED]
# PLAIN and LABELLED are directories with results (*.out).  EXPLAINED lists the
# differences that are as they should be; without it there may be none.  Prints
# every difference that is not explained, and every explanation that no
# difference needs, and ends with status 1 if there is any.
#
# What is the same by nature is made the same first, on both sides:
#   - plans are left out (the checks stand in them), and so are warnings of a
#     test that looks at its plan;
#   - DETAIL of a violated constraint does not show values of labelled columns;
#   - rows that no ORDER BY puts in order are compared without it, for a plan
#     with checks may find them in another;
#   - opr_sanity lists objects that break its rules: those of extensions, too;
#   - numbers that differ from run to run: OIDs, numbers of temporary schemas.
use strict;
use warnings;

die "usage: compare.pl PLAIN LABELLED [EXPLAINED]\n" unless @ARGV == 2 || @ARGV == 3;
my ($plain, $labelled, $explained) = @ARGV;

my $hidden_detail = qr/^DETAIL:[ ]{2}(?:The[ ]values[ ]are[ ]not[ ]shown,[ ]for[ ]they[ ]are[ ]of[ ]protected[ ]columns\.$
	|Key[ ]\(.*\)=\(.*|Key[ ]is[ ]still[ ]ref|Failing[ ]row[ ]contains|MATCH[ ]FULL[ ]does[ ]not[ ]allow[ ]mixing|Partition[ ]key[ ]of[ ]the[ ]failing[ ]row)/x;
my $plan_line = qr/^\s*(?:->\s|(?:Seq|Index|Bitmap\ Heap|Bitmap\ Index|Index\ Only|Subquery|CTE|Tid)\ Scan\b|Append$|Filter:
	|Index\ Cond:|Subplans\ Removed|Result\b.*$|One-Time\ Filter|Recheck\ Cond)/x;

# The lines of a result, made comparable.
sub normalised
{
	my ($file) = @_;
	open my $in, '<', $file or return ();
	my @lines = <$in>;
	close $in;
	chomp @lines;
	@lines = grep { !/^ *\d{5} \|/ && !/^\(\d+ rows?\)$/ } @lines if $file =~ m{/opr_sanity\.out$};
	shift @lines if @lines && $lines[0] =~ /^SET wdd_privacy\.purpose/;
	my (@out, $statement);
	$statement = '';
	for (my $i = 0; $i < @lines; $i++)
	{
		local $_ = $lines[$i];
		if ($i + 1 < @lines && $lines[ $i + 1 ] =~ /^-{3,}(?:\+-+)*$/ && $_ =~ /^ /)
		{
			my $end = $i + 2;
			$end++ while $end < @lines && $lines[$end] !~ /^\(\d+ rows?\)$/ && $lines[$end] ne '';
			push @out, table($statement, @lines[ $i .. $end - 1 ]);
			# the number of rows goes with the plan
			$end++ if $out[-1] eq '(plan)' && $end < @lines && $lines[$end] =~ /^\(/;
			$i = $end - 1;
			$statement = '';
			next;
		}
		next if /$plan_line/ || /^WARNING:  did not get (?:bitmap indexscan|seqscan) plan/;
		s/$hidden_detail.*/DETAIL:  (values)/;
		s/\bpg_(temp|toast)_\d+/pg_$1_N/g;
		s/\b(operator|relation with OID|function) \d{5}\b/$1 N/g;
		$statement = /;\s*(?:--.*)?$/ && $statement =~ /;\s*(?:--.*)?$/ ? $_ : "$statement\n$_";
		push @out, $_;
	}
	return @out;
}

# A table: its header without alignment, its rows.
sub table
{
	my ($statement, $header, $line, @rows) = @_;
	return '(plan)'
	  if $header =~ /^\s*QUERY PLAN\s*$/ || $header =~ /^\s*(?:explain_\w+|jsonb_pretty)\s*$/ && "@rows" =~ /Filter|Scan|Sort|Node Type/
	  || $statement =~ /check_estimated_rows/;
	s/\s+/ /g, s/ $// for $header, @rows;
	s/\bpg_(temp|toast)_\d+/pg_$1_N/g, s/DETAIL: (?:Failing row contains|The values are not shown).*/DETAIL: (values)/,
	  s/^ ?\d{5} \| _sealed_/ N | _sealed_/ for @rows;
	@rows = sort @rows unless $statement =~ /\border\s+by\b/i;
	return ($header, @rows);
}

# The differing lines of two lists, as diff -U0 has them.
sub differences
{
	my ($one, $two) = @_;
	my @files = map { "$ENV{TMPDIR}/compare.$$.$_" } 1, 2;
	for my $i (0, 1)
	{
		open my $out, '>', $files[$i] or die "$files[$i]: $!\n";
		print $out "$_\n" for @{ $i ? $two : $one };
		close $out;
	}
	my @found = grep { /^[-+]/ && !/^(?:---|\+\+\+) \Q$ENV{TMPDIR}\E/ } `diff -U0 $files[0] $files[1]`;
	unlink @files;
	chomp @found;
	return @found;
}

# Explanations: "## test", then "# why" and the lines it explains.
sub read_explained
{
	my %lines;
	my $test;
	open my $in, '<', $explained or die "$explained: $!\n";
	while (<$in>)
	{
		chomp;
		if (/^## (\w\S*)/) { $test = $1 }
		elsif (/^[-+]/) { push @{ $lines{$test} }, $_ }
	}
	return %lines;
}

$ENV{TMPDIR} ||= '/tmp';
my %explained = defined $explained ? read_explained() : ();
my $failed = 0;
my %tests = map { s{.*/}{}r => 1 } glob("$plain/*.out"), glob("$labelled/*.out");
for my $file (sort keys %tests)
{
	my $test = $file =~ s/\.out$//r;
	my @plain = normalised("$plain/$file");
	next if $test eq 'label_everything';
	my @found = differences(\@plain, [ normalised("$labelled/$file") ]);
	my @expected = @{ $explained{$test} // [] };
	next if "@found" eq "@expected";
	$failed = 1;
	print "## $test\n";
	print "$_\n" for @expected ? map { s/^-/not explained: /r =~ s/^\+/not explained: /r } differences(\@expected, \@found) : @found;
}
print "the same but for what is explained\n" unless $failed;
exit $failed;
