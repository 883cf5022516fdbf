# WddProtocol.pm: the messages of protocol 3, one by one, as no client library
# sends them.
package WddProtocol;

use strict;
use warnings FATAL => 'all';
use IO::Socket::UNIX;

# Connect to a server's socket; settings are those of the startup message.
sub new
{
	my ($class, $node, %settings) = @_;
	my $self = bless {}, $class;
	$self->{socket} = IO::Socket::UNIX->new(Peer => $node->host . '/.s.PGSQL.' . $node->port)
	  or die "cannot connect: $!";
	my $body = pack('N', 196608) . join('', map { "$_\0$settings{$_}\0" } sort keys %settings) . "\0";
	$self->{socket}->syswrite(pack('N', 4 + length $body) . $body);
	$self->answer;
	return $self;
}

# Keep a message for the next flush, sync or query.
sub message
{
	my ($self, $type, $body) = @_;
	$self->{out} .= $type . pack('N', 4 + length $body) . $body;
	return $self;
}

sub parse { my ($self, $name, $sql, @types) = @_; return $self->message('P', "$name\0$sql\0" . pack('n(N)*', scalar @types, @types)) }

# Bind parameters, given as text; the results come in this format (0 text, 1 binary).
sub bind_portal
{
	my ($self, $portal, $statement, $format, @values) = @_;
	return $self->message('B', "$portal\0$statement\0" . pack('n', 0) . pack('n', scalar @values) .
		join('', map { defined $_ ? pack('N/a*', $_) : pack('N', 0xFFFFFFFF) } @values) . pack('nn', 1, $format // 0));
}

# At most so many rows; 0 for all.
sub execute { my ($self, $portal, $rows) = @_; return $self->message('E', "$portal\0" . pack('N', $rows // 0)) }
sub describe { my ($self, $what, $name) = @_; return $self->message('D', "$what$name\0") }
sub close_portal { my ($self, $portal) = @_; return $self->message('C', "P$portal\0") }
sub parse_bind { my ($self, $portal, $sql, $format, @values) = @_; return $self->parse('', $sql)->bind_portal($portal, '', $format, @values) }

sub send_all
{
	my ($self) = @_;
	my $out = delete $self->{out} // '';
	while (length $out) { substr($out, 0, $self->{socket}->syswrite($out)) = '' }
	return;
}

sub receive
{
	my ($self) = @_;
	my ($head, $body) = ('', '');
	while (length $head < 5) { $self->{socket}->sysread($head, 5 - length $head, length $head) or die 'the server is gone' }
	my ($type, $length) = unpack 'aN', $head;
	while (length $body < $length - 4) { $self->{socket}->sysread($body, $length - 4 - length $body, length $body) or die 'the server is gone' }
	return ($type, $body);
}

# What is answered, up to a message of this type, as words: rows with "|" between
# fields, "suspended", command tags, "ERROR sqlstate".
sub answer
{
	my ($self, $until) = @_;
	my @said;
	$until //= 'Z';
	while (1)
	{
		my ($type, $body) = $self->receive;
		if ($type eq 'D')
		{
			my $count = unpack 'n', substr($body, 0, 2, '');
			my @fields;
			for (1 .. $count)
			{
				my $length = unpack 'N', substr($body, 0, 4, '');
				push @fields, $length == 0xFFFFFFFF ? '' : substr($body, 0, $length, '');
			}
			push @said, join('|', @fields);
		}
		push @said, 'suspended' if $type eq 's';
		push @said, $body =~ s/\0//r if $type eq 'C';
		push @said, 'ERROR ' . ($body =~ /\0C(\w{5})\0/)[0] if $type eq 'E';
		push @said, 'described ' . unpack('n', $body) if $type eq 'T';
		return join(', ', @said) if $type eq $until || $type eq 'Z';
	}
}

# Send what is kept, with Sync or, so that portals stay, with Flush.
sub sync { my ($self) = @_; $self->message('S', '')->send_all; return $self->answer }
sub flush_until { my ($self, $until) = @_; $self->message('H', '')->send_all; return $self->answer($until) }

sub query { my ($self, $sql) = @_; $self->message('Q', "$sql\0")->send_all; return $self->answer }

1;
