#!/usr/bin/perl
# The same question as a script of ten lines has it: is the newest beat too old?
use strict;
use warnings;
use DBI;

my ($dsn, $user, $key) = @ARGV;
my $database = DBI->connect($dsn, $user, '', { RaiseError => 1, PrintError => 0 });
my ($beat) = $database->selectrow_array('SELECT rt_value FROM runtime_info WHERE rt_key = ?', undef, $key);
$database->disconnect;
my $is_silent = time - $beat > 600;
print $is_silent ? "CRITICAL\n" : "OK\n";
exit($is_silent ? 2 : 0);
