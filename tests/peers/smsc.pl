#!/usr/bin/perl
# An SMSC for tests, made of Perl's Net::SMPP: smsc.pl
# Serves one connection after another on a free port of 127.0.0.1. It writes JSON lines as smsc.js does. What it does with a
# submit_sm: answers it, sends a receipt where one is asked for, and a subscriber's reply "YES" with the text's last word.
use strict;
use warnings;
use Net::SMPP;
$| = 1;
$SIG{PIPE} = 'IGNORE';

sub log_event {
    my (%fields) = @_;
    print '{', join(',', map { my $v = $fields{$_} // ''; $v =~ s/([^ !#-\[\]-~])/sprintf '\\u%04x', ord $1/ge;
        qq("$_":"$v") } sort keys %fields), "}\n";
}

my $server = Net::SMPP->new_listen('127.0.0.1', port => 0) or die "cannot listen: $!";
log_event(event => 'listening', port => $server->sockport);
my $messages = 0;

sub send_messages {
    my ($link, $pdu, $id) = @_;
    my @back = (source_addr_ton => 1, source_addr_npi => 1, source_addr => $pdu->{destination_addr},
        destination_addr => $pdu->{source_addr}, async => 1);
    $link->deliver_sm(@back, esm_class => 4,
        short_message => "id:$id sub:001 dlvrd:001 submit date:2611231200 done date:2611231200 stat:DELIVRD err:000 text:")
        if $pdu->{registered_delivery} & 1;
    $link->deliver_sm(@back, short_message => "YES $1") if $pdu->{short_message} =~ /(\w+)\W*$/;
}

sub serve {
    my ($link) = @_;
    while (my $pdu = $link->read_pdu) {
        my ($command, @seq) = ($pdu->cmd, seq => $pdu->{seq});
        log_event(event => 'pdu', command => $pdu->explain_cmd, status => $pdu->status,
            map { ($_ => $pdu->{$_}) } grep { defined $pdu->{$_} } qw(system_id destination_addr short_message));
        if ($command == Net::SMPP::CMD_bind_transceiver) { $link->bind_transceiver_resp(system_id => 'perl', @seq) }
        elsif ($command == Net::SMPP::CMD_bind_transmitter) { $link->bind_transmitter_resp(system_id => 'perl', @seq) }
        elsif ($command == Net::SMPP::CMD_bind_receiver) { $link->bind_receiver_resp(system_id => 'perl', @seq) }
        elsif ($command == Net::SMPP::CMD_enquire_link) { $link->enquire_link_resp(@seq) }
        elsif ($command == Net::SMPP::CMD_unbind) { $link->unbind_resp(@seq); last }
        elsif ($command == Net::SMPP::CMD_submit_sm) {
            my $id = sprintf '%X', ++$messages + 0xABC000;
            $link->submit_sm_resp(message_id => $id, @seq);
            log_event(event => 'taken', id => $id, to => $pdu->{destination_addr}, text => $pdu->{short_message});
            send_messages($link, $pdu, $id);
        }
    }
    close $link;
    log_event(event => 'closed');
}

while (my $link = $server->accept) { serve($link) }
