#!/usr/bin/perl
# A tiny stand-in for ssh as a control master: it connects nowhere, listens at its ControlPath and at the ports of its -L, and
# answers the multiplexing protocol (OpenSSH's PROTOCOL.mux, version 4) as an ssh whose server grants everything.
use strict;
use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6 IPPROTO_IPV6 IPV6_V6ONLY);

use constant {
  HELLO => 1, ALIVE_CHECK => 0x10000004, TERMINATE => 0x10000005, OPEN_FORWARD => 0x10000006,
  OK => 0x80000001, FAILURE => 0x80000003, ALIVE => 0x80000005, REMOTE_PORT => 0x80000007,
};

# What is measured beside it shall not wait for it.
setpriority(0, 0, 10);

my ($control, @ports);
while (@ARGV) {
  my $word = shift @ARGV;
  print STDERR "OpenSSH_9.2p1, a stand-in\n" and exit 0 if $word eq '-V';
  if ($word eq '-G') { print "hostname localhost\nport 22\nuser nobody\n"; exit 0 }
  next unless $word =~ /^-[1246AaCfgKkMNnqsTtVvXxYy]*([BbcDEeFIiJLlmOoPpQRSWw])(.*)/;
  my ($option, $value) = ($1, length $2 ? $2 : shift @ARGV);
  $control = $value if $option eq 'S';
  $control = $1 if $option eq 'o' and $value =~ /^\s*ControlPath\s*[= ]\s*(.*)/i;
  push @ports, $1 if $option eq 'L' and $value =~ /^(?:[^:]+:)?(\d+):[^:]+:\d+$/;
}

sub leave { unlink $control if defined $control; exit 255 }
$SIG{$_} = \&leave for qw(TERM INT HUP);
$SIG{PIPE} = 'IGNORE';

# At both loopback addresses, as ssh does: one that has half of a forward is asked for the rest.
my @held = map { (hold($_), hold6($_)) } @ports;
unless (defined $control) { sleep 3600 while 1 }
$control =~ s/%%/%/g;

# Whoever finds the socket can connect to it at once.
socket(my $listener, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
unlink "$control.$$";
bind($listener, sockaddr_un("$control.$$")) or die "bind: $!";
chmod 0600, "$control.$$";
listen($listener, 16) or die "listen: $!";
rename "$control.$$", $control or die "rename: $!";

my (%clients, %pending);
my $next_port = 40000;
while (1) {
  my $wanted = '';
  vec($wanted, fileno $_, 1) = 1 for $listener, values %clients;
  next if select(my $ready = $wanted, undef, undef, undef) < 1;
  if (vec($ready, fileno $listener, 1) and accept(my $client, $listener)) {
    $clients{fileno $client} = $client;
    send_packet($client, pack 'NN', HELLO, 4);
  }
  hear($_) for grep { vec($ready, fileno $_, 1) } values %clients;
}

sub hold {
  socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
  setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
  bind($socket, sockaddr_in($_[0], INADDR_LOOPBACK)) and listen($socket, 16) and return $socket;
  print STDERR "bind [127.0.0.1]:$_[0]: $!\n";
  exit 255;
}

sub hold6 {
  socket(my $socket, PF_INET6, SOCK_STREAM, 0) or return;
  setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
  setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  my $address = pack_sockaddr_in6($_[0], inet_pton(AF_INET6, '::1'));
  return bind($socket, $address) && listen($socket, 16) ? $socket : ();
}

sub send_packet { my ($client, $packet) = @_; syswrite $client, pack 'N/a*', $packet }

sub hear {
  my ($client) = @_;
  my $id = fileno $client;
  unless (sysread $client, $pending{$id}, 4096, length($pending{$id} // '')) {
    delete $pending{$id};
    close delete $clients{$id};
    return;
  }
  while (length $pending{$id} >= 4) {
    my $length = unpack 'N', $pending{$id};
    last if length $pending{$id} < 4 + $length;
    answer($client, substr $pending{$id}, 4, $length);
    substr($pending{$id}, 0, 4 + $length) = '';
  }
}

sub answer {
  my ($client, $packet) = @_;
  my ($type, $id) = unpack 'NN', $packet;
  return if $type == HELLO;
  leave() if $type == TERMINATE;
  return send_packet($client, pack 'NNN', ALIVE, $id, $$) if $type == ALIVE_CHECK;
  if ($type == OPEN_FORWARD) {
    my ($kind, $host, $port) = unpack 'x8 N N/a N', $packet;
    return send_packet($client, pack 'NNN', REMOTE_PORT, $id, $next_port++ % 20000 + 40000)
      if $kind == 2 and $port == 0;
  }
  send_packet($client, pack 'NN', OK, $id);
}
