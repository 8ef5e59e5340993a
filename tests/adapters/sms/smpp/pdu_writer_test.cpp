#include "adapters/sms/smpp/pdu_writer.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>

#include "adapters/sms/smpp/pdu_reader.hpp"
#include "tests/support/made_pdus.hpp"

namespace simtrail::sms::smpp {
namespace {

using namespace std::string_literals;

/// Pieces of 1 to `most_octets` octets, as a socket might give them; what is read until the stream's end.
std::vector<Pdu> read_in_pieces(std::string_view stream, testing::MadePdus& random, std::size_t most_octets) {
    std::vector<Pdu> pdus;
    PduFramer framer;
    while (!stream.empty()) {
        const auto piece = stream.substr(0, 1 + random.number(most_octets - 1));
        stream.remove_prefix(piece.size());
        std::memcpy(framer.room(piece.size()).data(), piece.data(), piece.size());
        framer.filled(piece.size());
        for (auto raw = framer.next(); raw && *raw; raw = framer.next())
            if (auto pdu = read_pdu(**raw)) pdus.push_back(std::move(*pdu));
    }
    EXPECT_TRUE(framer.empty());
    return pdus;
}

TEST(PduWriter, WhatItWritesIsReadBackEqualInPiecesOfAnySize) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        testing::MadePdus made(seed);
        std::vector<Pdu> written;
        std::string stream;
        for (int i = 0; i < 200; ++i) {
            written.push_back(made.next());
            const auto octets = write_pdu(written.back());
            written.back().header.length = static_cast<std::uint32_t>(octets.size());
            stream += octets;
        }
        EXPECT_EQ(read_in_pieces(stream, made, seed == 1 ? 3 : 40'000), written);
    }
}

TEST(PduWriter, WritesABindAsTheSpecificationLaysItOut) {
    const Pdu bind{{.id = CommandId::bind_transmitter, .sequence = 1},
                   Bind{.system_id = "SMPP3TEST",
                        .password = "secret08",
                        .system_type = "SUBMIT1",
                        .interface_version = 0,
                        .address_ton = 1,
                        .address_npi = 1}};
    EXPECT_EQ(write_pdu(bind),
              "\x00\x00\x00\x2F\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x01"s
              "SMPP3TEST\0secret08\0SUBMIT1\0\0\x01\x01\0"s);
}

TEST(PduWriter, WritesAnEmptyMessageIdIntoItsResponseToADelivery) {
    const Header request{.id = CommandId::deliver_sm, .sequence = 7};
    EXPECT_EQ(write_pdu({answer_header(request, Status::ESME_ROK), MessageResponse{}}),
              "\x00\x00\x00\x11\x80\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x07\x00"s);
}

TEST(PduWriter, RefusesFieldsThatDoNotFit) {
    const auto submit = [](ShortMessage message) {
        return write_pdu({{.id = CommandId::submit_sm}, std::move(message)});
    };
    EXPECT_NO_THROW(submit({.short_message = std::string(255, 'x')}));
    EXPECT_THROW(submit({.short_message = std::string(256, 'x')}), std::length_error);
    EXPECT_NO_THROW(submit({.destination = {1, 1, std::string(64, '9')}}));
    EXPECT_THROW(submit({.destination = {1, 1, std::string(65, '9')}}), std::length_error);
    EXPECT_THROW(submit({.service_type = "a\0b"s}), std::length_error);
    EXPECT_NO_THROW(submit({.tlvs = {{Tag::message_payload, std::string(65'535, 'x')}}}));
    EXPECT_THROW(submit({.tlvs = {{Tag::message_payload, std::string(65'536, 'x')}}}), std::length_error);
}

}  // namespace
}  // namespace simtrail::sms::smpp
