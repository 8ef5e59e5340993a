#include "adapters/sms/smpp/pdu_reader.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "adapters/sms/smpp/pdu_writer.hpp"

namespace simtrail::sms::smpp {
namespace {

using namespace std::string_literals;

void put(PduFramer& framer, std::string_view octets) {
    std::memcpy(framer.room(octets.size()).data(), octets.data(), octets.size());
    framer.filled(octets.size());
}

std::string length_octets(std::uint32_t length) {
    return {static_cast<char>(length >> 24U), static_cast<char>(length >> 16U), static_cast<char>(length >> 8U),
            static_cast<char>(length)};
}

std::expected<Pdu, BodyFault> read(CommandId id, std::string_view body, Status status = Status::ESME_ROK) {
    return read_pdu({.header = {.id = id, .status = status, .sequence = 1}, .body = body});
}

template <class T>
T body_of(const std::expected<Pdu, BodyFault>& pdu) {
    if (pdu) return std::get<T>(pdu->body);
    ADD_FAILURE() << pdu.error().what;
    return {};
}

/// A deliver_sm's mandatory fields up to sm_length.
const std::string delivery = "\0\1\1"s + "919876543210\0"s + "\0\1"s + "56767\0"s + "\0\0\0\0\0\0\0\0\0"s;

TEST(PduFramer, WaitsForAWholePdu) {
    PduFramer framer;
    const std::string octets = write_pdu({{.id = CommandId::enquire_link, .sequence = 9}, NoBody{}});
    for (const char octet : octets) {
        EXPECT_EQ(framer.next()->has_value(), false);
        put(framer, {&octet, 1});
    }
    EXPECT_FALSE(framer.empty());
    const auto raw = framer.next();
    ASSERT_TRUE(raw && *raw);
    EXPECT_EQ((*raw)->header, (Header{.length = 16, .id = CommandId::enquire_link, .sequence = 9}));
    EXPECT_TRUE(framer.empty());
}

TEST(PduFramer, RefusesImpossibleLengthsAsSoonAsTheyAreThereAndForGood) {
    const auto most = static_cast<std::uint32_t>(max_pdu_octets);
    for (const std::uint32_t length :
         {0U, 1U, 4U, 15U, most + 1, 0x7FFF'FFFFU, 0x8000'0000U, 0xF000'0011U, 0xFFFF'FFFFU}) {
        PduFramer framer;
        put(framer, length_octets(length));
        for (int i = 0; i < 2; ++i) {
            const auto raw = framer.next();
            ASSERT_FALSE(raw) << length;
            EXPECT_EQ(raw.error().length, length);
            EXPECT_EQ(raw.error().status, Status::ESME_RINVCMDLEN);
            put(framer, std::string(64, '\0'));
        }
    }
    for (const std::uint32_t length : {16U, most}) {
        PduFramer framer;
        put(framer, length_octets(length) + std::string(length - 4, '\1'));
        const auto raw = framer.next();
        ASSERT_TRUE(raw && *raw) << length;
        EXPECT_EQ((*raw)->body.size(), length - 16);
    }
}

TEST(PduFramer, HoldsNoMoreThanAPduAndARead) {
    PduFramer framer;
    const std::string flood =
        write_pdu({{.id = CommandId::deliver_sm}, ShortMessage{.short_message = std::string(200, 'x')}});
    constexpr std::size_t read = 4096;
    std::string stream;
    while (stream.size() < 1'000'000) stream += flood;
    for (std::size_t at = 0; at < stream.size(); at += read) {
        put(framer, std::string_view(stream).substr(at, read));
        for (auto raw = framer.next(); raw && *raw; raw = framer.next()) EXPECT_EQ((*raw)->header.length, flood.size());
        ASSERT_LE(framer.memory_octets(), 2 * (read + flood.size()));
    }
    PduFramer crawling;
    put(crawling, length_octets(max_pdu_octets));
    for (std::size_t at = 4; at < max_pdu_octets; ++at) {
        EXPECT_FALSE(crawling.next()->has_value());
        put(crawling, "x");
        ASSERT_LE(crawling.memory_octets(), 2 * (max_pdu_octets + 1));
    }
    EXPECT_TRUE(crawling.next()->has_value());
}

TEST(PduReader, ReadsADelivery) {
    const auto message =
        body_of<ShortMessage>(read(CommandId::deliver_sm, delivery + "\x08YES 4821\x04\x27\0\x01\x02\x14\0\0\0"s));
    EXPECT_EQ(message.source, (Address{1, 1, "919876543210"}));
    EXPECT_EQ(message.destination, (Address{0, 1, "56767"}));
    EXPECT_EQ(message.short_message, "YES 4821");
    EXPECT_EQ(message.tlvs, (Tlvs{{Tag::message_state, "\x02"}, {static_cast<Tag>(0x1400), ""}}));
}

TEST(PduReader, RefusesEveryCutOfAMessageWithItsFieldsStatus) {
    const std::string whole = delivery + "\x03YES";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto pdu = read(CommandId::deliver_sm, whole.substr(0, size));
        ASSERT_FALSE(pdu) << size;
        EXPECT_FALSE(pdu.error().what.empty());
    }
    EXPECT_TRUE(read(CommandId::deliver_sm, whole));
    EXPECT_EQ(read(CommandId::deliver_sm, "x").error().status, Status::ESME_RINVSERTYP);
    EXPECT_EQ(read(CommandId::deliver_sm, "\0\1\1"s + "91987").error().status, Status::ESME_RINVSRCADR);
    EXPECT_EQ(read(CommandId::deliver_sm, whole.substr(0, 18)).error().what, "destination_addr is not terminated");
    EXPECT_EQ(read(CommandId::deliver_sm, whole.substr(0, whole.size() - 1)).error().status, Status::ESME_RINVMSGLEN);
}

TEST(PduReader, RefusesOverlongStrings) {
    const auto message_from = [](std::size_t octets) {
        return read(CommandId::deliver_sm,
                    "\0\1\1"s + std::string(octets, '9') + "\0\0\1"s + "56767\0"s + "\0\0\0\0\0\0\0\0\0\0"s);
    };
    EXPECT_EQ(body_of<ShortMessage>(message_from(64)).source.text.size(), 64U);
    ASSERT_FALSE(message_from(65));
    EXPECT_EQ(message_from(65).error().status, Status::ESME_RINVSRCADR);
    EXPECT_EQ(message_from(65).error().what, "source_addr is too long");
    EXPECT_FALSE(read(CommandId::submit_sm_resp, std::string(65, 'a')));
    EXPECT_EQ(read(CommandId::bind_transceiver, std::string(1000, 'a')).error().status, Status::ESME_RINVSYSID);
}

TEST(PduReader, SkipsTlvsPastTheEnd) {
    const Tlvs state{{Tag::message_state, "\x02"}};
    for (const std::string& broken : {"\0\x1E\xFF\xFF"s, "\0\x1E\0\1"s, "\0\x1E\0\3ab"s, "\0\x1E\0"s, "\4"s}) {
        const auto tlvs = "\x04\x27\0\1\2"s + broken;
        EXPECT_EQ(body_of<ShortMessage>(read(CommandId::deliver_sm, delivery + "\0"s + tlvs)).tlvs, state);
        EXPECT_EQ(body_of<DataSm>(read(CommandId::data_sm, "\0\0\0\0\0\0\0\0\0\0"s + tlvs)).tlvs, state);
        EXPECT_EQ(body_of<AlertNotification>(read(CommandId::alert_notification, "\0\0\0\0\0\0"s + tlvs)).tlvs, state);
        EXPECT_EQ(body_of<MessageResponse>(read(CommandId::submit_sm_resp, "a\0"s + tlvs)).tlvs, state);
    }
}

TEST(PduReader, RefusesAMessageWhosePayloadIsCut) {
    for (const std::string& payload : {"\x04\x24\xFF\xFFYES"s, "\x04\x27\0\1\2\x04\x24\0\1"s}) {
        const auto pdu = read(CommandId::deliver_sm, delivery + "\0"s + payload);
        ASSERT_FALSE(pdu);
        EXPECT_EQ(pdu.error().status, Status::ESME_RINVOPTPARSTREAM);
    }
}

TEST(PduReader, TakesResponsesAsRealPeersSendThem) {
    const auto id_of = [](std::string_view body) {
        return body_of<MessageResponse>(read(CommandId::submit_sm_resp, body));
    };
    EXPECT_EQ(id_of(""), MessageResponse{});
    EXPECT_EQ(id_of("\0"s), MessageResponse{});
    EXPECT_EQ(id_of("9"), MessageResponse{"9"});
    EXPECT_EQ(id_of("abc\0"s), MessageResponse{"abc"});
    EXPECT_EQ(id_of("abc\0xy"s), MessageResponse{"abc"});
    EXPECT_EQ(body_of<BindResponse>(read(CommandId::bind_receiver_resp, "", Status::ESME_RBINDFAIL)), BindResponse{});
    EXPECT_EQ(body_of<NoBody>(read(CommandId::enquire_link_resp, "more")), NoBody{});
}

TEST(PduReader, KnowsTheCommandsOfTheSpecificationAlone) {
    EXPECT_EQ(body_of<OtherBody>(read(CommandId::query_sm, "1\0\1\1"s)).octets, "1\0\1\1"s);
    for (const std::uint32_t id : {0U, 0x0AU, 0x110U, 0x8000'0110U, 0x8000'0102U, 0x8000'000BU, 0xFFFF'FFFFU}) {
        const auto pdu = read(static_cast<CommandId>(id), "");
        ASSERT_FALSE(pdu) << id;
        EXPECT_EQ(pdu.error().status, Status::ESME_RINVCMDID);
    }
}

}  // namespace
}  // namespace simtrail::sms::smpp
