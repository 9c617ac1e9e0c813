#!/usr/bin/perl
# Ordinary CGI in Perl with one weakness: a two-argument open of a caller's name runs a pipe.
use strict;
my ($f) = ($ENV{QUERY_STRING} // '') =~ /f=([^&]*)/;
$f =~ s/\+/ /g;
$f =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
print "Content-Type: text/plain\n\n";
$f = '/etc/hostname' unless length $f;
open(my $h, $f) or die;
print while <$h>;
