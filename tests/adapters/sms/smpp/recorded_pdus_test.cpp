// Through ../shared/data/smpp: PDUs of two test suites, and one captured session.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "adapters/sms/smpp/pdu_reader.hpp"
#include "adapters/sms/smpp/pdu_writer.hpp"
#include "adapters/sms/smpp/receipt.hpp"
#include "adapters/sms/smpp/segmentation.hpp"
#include "tests/support/places.hpp"

namespace simtrail::sms::smpp {
namespace {

std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string unhex(std::string_view hex) {
    std::string octets;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        octets += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return octets;
}

/// What came of a stream, and whether it ended between PDUs.
struct Outcome {
    std::vector<std::expected<Pdu, BodyFault>> pdus;
    bool whole = false;
};

Outcome read_all(std::string_view stream) {
    Outcome outcome;
    PduFramer framer;
    std::memcpy(framer.room(stream.size()).data(), stream.data(), stream.size());
    framer.filled(stream.size());
    for (auto raw = framer.next(); raw && *raw; raw = framer.next()) outcome.pdus.push_back(read_pdu(**raw));
    outcome.whole = framer.empty();
    return outcome;
}

struct Vector {
    std::string name;
    std::string octets;
};

/// The command that the vector's name speaks of; 0 where it does not.
CommandId command_in(std::string name) {
    static const std::map<std::string, CommandId> commands{
        {"EnquireLink", CommandId::enquire_link},
        {"SubmitSm", CommandId::submit_sm},
        {"DeliverSm", CommandId::deliver_sm},
        {"DataS", CommandId::data_sm},
        {"BindTransceiver", CommandId::bind_transceiver},
        {"BindTransmitter", CommandId::bind_transmitter},
        {"BindReceiver", CommandId::bind_receiver},
        {"Unbind", CommandId::unbind},
        {"GenericNak", CommandId::generic_nack},
        {"CancelSm", CommandId::cancel_sm},
        {"QuerySm", CommandId::query_sm},
        {"ReplaceSm", CommandId::replace_sm},
        {"AlertNotification", CommandId::alert_notification},
        {"DeliverSM", CommandId::deliver_sm},
        {"test_deliver_sm", CommandId::deliver_sm},
    };
    for (const auto& [word, id] : commands)
        if (name.contains(word)) return name.contains("Resp") && !name.contains("DeliverSM") ? response_to(id) : id;
    return {};
}

class RecordedPdus : public ::testing::Test {
   protected:
    void SetUp() override {
        const std::filesystem::path folder = std::filesystem::path(simtrail::places::shared_dir()) / "data/smpp";
        if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recordings at " << folder;
        std::istringstream csv(content(folder / "pdu_hex_vectors.csv"));
        std::string line;
        std::getline(csv, line);
        while (std::getline(csv, line)) {
            const auto comma = line.find(',');
            vectors_.push_back({line.substr(0, comma), unhex(line.substr(comma + 1))});
        }
        capture_ = content(folder / "smpp_in_general.pcap");
    }

    /// Of the vectors that are one PDU each.
    Pdu read(const std::string& name) const {
        const auto found = std::ranges::find(vectors_, name, &Vector::name);
        if (found == vectors_.end()) return ADD_FAILURE() << "no " << name, Pdu{};
        const auto outcome = read_all(found->octets);
        EXPECT_TRUE(outcome.whole && outcome.pdus.size() == 1 && outcome.pdus.front()) << name;
        return outcome.pdus.front().value_or(Pdu{});
    }
    ShortMessage message(const std::string& name) const { return std::get<ShortMessage>(read(name).body); }

    std::vector<Vector> vectors_;
    std::string capture_;
};

TEST_F(RecordedPdus, AreWholeOrCutAsTheirNamesSay) {
    EXPECT_EQ(vectors_.size(), 75U);
    std::multiset<std::string> cut;
    for (const auto& [name, octets] : vectors_) {
        const auto outcome = read_all(octets);
        if (!outcome.whole || outcome.pdus.size() != 1) cut.insert(name);
    }
    EXPECT_EQ(cut,
              (std::multiset<std::string>{
                  "a:decodeBadPduButSkipAllDataInBuffer",  // two PDUs: an unknown command, and an enquire_link
                  "a:decodeLessThan16Bytes", "a:decodeLessThan4Bytes", "a:decodeOnly4Bytes", "a:decodeSignedIntLength",
                  "a:decodeSubmitSmWith255ByteShortMessage", "a:decodeTwoEnquireLinkRespButWithReadRequiredInBetween",
                  "a:decodeTwoEnquireLinkRespButWithReadRequiredInBetween"}));
}

TEST_F(RecordedPdus, AreTheCommandsOfTheirNamesAndWrittenBackTheSame) {
    const std::map<std::string, Status> refused{
        {"a:decodeUnsupportedRequestCommandId", Status::ESME_RINVCMDID},
        {"a:decodeUnsupportedResponseCommandId", Status::ESME_RINVCMDID},
        {"a:decodeDeliverSMWithCorrectTotalByteLengthButInvalidShortMessageLength", Status::ESME_RINVMSGLEN}};
    const std::set<std::string> sloppy{// no message_id, no NUL behind it, a TLV longer than the PDU
                                       "a:decodeDataSmRespWithNoMessageId",
                                       "a:decodeDeliverSmRespWithNoMessageId",
                                       "a:decodeSubmitSmRespWithNoMessageId",
                                       "b:test_unknown_command_status_34",
                                       "a:decodeSubmitSmRespWithNoNullByteForMessageId",
                                       "a:decodeDeliverSmNetforsDeliveryReceiptTriggeredErrorInLegacySmppLibrary"};
    int whole = 0;
    for (const auto& [name, octets] : vectors_) {
        SCOPED_TRACE(name);
        const auto outcome = read_all(octets);
        if (!outcome.whole || outcome.pdus.size() != 1) continue;
        ++whole;
        const auto& pdu = outcome.pdus.front();
        if (const auto why = refused.find(name); why != refused.end()) {
            ASSERT_FALSE(pdu);
            EXPECT_EQ(pdu.error().status, why->second);
            continue;
        }
        ASSERT_TRUE(pdu) << pdu.error().what;
        const auto id = command_in(name);
        EXPECT_EQ(pdu->header.id, id == CommandId{} ? pdu->header.id : id);
        EXPECT_EQ(write_pdu(*pdu) == octets, !sloppy.contains(name));
    }
    EXPECT_EQ(whole, 67);
}

TEST_F(RecordedPdus, HaveTheFieldsThatTheirTestSuitesExpect) {
    EXPECT_EQ(read("a:decodeSequenceNumberMaxValue").header.sequence, 0x7FFF'FFFFU);
    EXPECT_EQ(read("a:decodeTooBigSequenceNumber").header.sequence, 0x8000'0000U);
    EXPECT_EQ(std::get<BindResponse>(read("a:decodeBindTransceiverResp").body).system_id, "Smsc Simulator");
    const auto refused = read("a:decodeBindTransceiverRespFailedButWithSystemId");
    EXPECT_EQ(refused.header.status, Status::ESME_RINVPASWD);
    EXPECT_EQ(std::get<BindResponse>(refused.body).system_id, "SMSC");
    const auto bound = std::get<BindResponse>(read("a:decodeBindTransmitterRespWithOptionalParams").body);
    EXPECT_EQ(tlv_number(bound.tlvs, Tag::sc_interface_version), 0x34U);
    EXPECT_EQ(std::get<Bind>(read("a:decodeBindTransceiver").body).address_ton, 1);
    EXPECT_EQ(std::get<MessageResponse>(read("a:decodeSubmitSmResp").body).message_id, "94258431594");
    EXPECT_EQ(std::get<MessageResponse>(read("a:decodeSubmitSmRespWithNoNullByteForMessageId").body).message_id, "9");
    EXPECT_EQ(read("b:test_unknown_command_status_34").header.status, static_cast<Status>(0x22));
    EXPECT_EQ(read("b:test_invalid_command_length").header.status, Status::ESME_RINVSYSTYP);
    const auto submitted = message("a:decodeSubmitSm");
    EXPECT_EQ(submitted.source, (Address{1, 1, "40404"}));
    EXPECT_EQ(submitted.registered_delivery, want_receipt);
    EXPECT_EQ(submitted.short_message, "@$#!%&/:");
    EXPECT_EQ(user_data(message("a:decodeDeliverSmWith2BytePayload")), "Ok");
    EXPECT_EQ(user_data(message("a:decodeDeliverSmWithNoPayload")), "");
    EXPECT_EQ(user_data(std::get<DataSm>(read("a:decodeDataSM").body)), "Test");
    EXPECT_EQ(std::get<AlertNotification>(read("a:decodeAlertNotification").body).esme.text, "40404");
    EXPECT_EQ(*find_tlv(message("b:test_unknown_tag_value_38636").tlvs, static_cast<Tag>(0x1403)), "38636");
    EXPECT_EQ(decode_text(message("b:test_smpp_drop_on_unknown_char").short_message, Alphabet::ucs2), "§");
}

TEST_F(RecordedPdus, AreReceiptsWhereTheyAre) {
    using enum ReceiptState;
    struct Expected {
        std::string message_id;
        ReceiptState state;
        std::string detail;
    };
    const std::map<std::string, Expected> receipts{
        {"a:decodeDeliverSmAsDeliveryReceipt", {"38601fa", delivered, "DELIVRD err:000"}},
        {"a:decodeDeliverSmNetforsDeliveryReceiptTriggeredErrorInLegacySmppLibrary",
         {"0000003005", delivered, "DELIVRD err:000"}},
        {"a:decodeDeliverSmWithDeliveryReceiptThatFailedFromEndToEnd", {"94251430923", under_way, "ACCEPTD err:107"}},
        {"a:decodeDeliveryReceipt0", {"126e85a6edeac1a02020099312479564", delivered, "DELIVRD err:000"}},
        {"b:test_any_network_error_code", {"bc59b8aa-2fd2-4035-8113-19301e050079", delivered, "DELIVRD err:000"}},
        {"b:test_deliver_sm_resp_opt_param_not_allow_more_messages_to_send",
         {"18d0e03a", delivered, "DELIVRD err:000"}},
        {"b:test_deliver_sm_resp_unknown_error", {"18d0e03a", delivered, "DELIVRD err:000"}},
        {"b:test_deliver_sm_unknown_param_network_error_code",
         {"6a3ed98a66444e8abac3acd9bba8656f", failed, "UNDELIV err:000"}},
        {"b:test_deliver_sm_with_message_payload", {"6aad5", delivered, "DELIVRD err:000"}},
        {"b:test_unknown_tag_value_0x1454", {"145100315320224957", delivered, "DELIVRD err:0000"}},
        {"b:test_unknown_tag_value_0x60D", {"4D19C83C", delivered, "DELIVRD err:0000"}}};
    std::size_t found = 0;
    for (const auto& [name, octets] : vectors_) {
        SCOPED_TRACE(name);
        const auto outcome = read_all(octets);
        if (outcome.pdus.size() != 1 || !outcome.pdus.front()) continue;
        const auto* const message = std::get_if<ShortMessage>(&outcome.pdus.front()->body);
        const auto receipt = message == nullptr ? std::nullopt : read_receipt(*message);
        const auto expected = receipts.find(name);
        ASSERT_EQ(receipt.has_value(), expected != receipts.end());
        if (!receipt) continue;
        ++found;
        EXPECT_EQ(receipt->message_id, expected->second.message_id);
        EXPECT_EQ(receipt->state, expected->second.state);
        EXPECT_EQ(receipt->detail, expected->second.detail);
    }
    EXPECT_EQ(found, receipts.size());
}

/// TCP payloads of a capture of Ethernet frames with IPv4 (pcap, little-endian), by the sender's port, in order.
std::map<int, std::string> streams_of(std::string_view capture) {
    const auto octet = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(capture.at(at)));
    };
    std::map<int, std::string> streams;
    for (std::size_t at = 24; at < capture.size();) {
        const std::size_t size = octet(at + 8) | octet(at + 9) << 8U, frame = at + 16;
        const std::size_t ip = frame + 14, tcp = ip + (octet(ip) & 15U) * 4, data = tcp + (octet(tcp + 12) >> 4U) * 4;
        const std::size_t end = ip + (octet(ip + 2) << 8U | octet(ip + 3));
        streams[static_cast<int>(octet(tcp) << 8U | octet(tcp + 1))] += capture.substr(data, end - data);
        at = frame + size;
    }
    return streams;
}

TEST_F(RecordedPdus, OfACapturedSessionAreReadOnBothSides) {
    const auto streams = streams_of(capture_);
    ASSERT_EQ(streams.size(), 2U);
    const auto commands = [&](int port) {
        std::vector<std::string> names;
        const auto outcome = read_all(streams.at(port));
        EXPECT_TRUE(outcome.whole);
        std::string again;
        for (const auto& pdu : outcome.pdus) {
            if (!pdu) return names;
            names.push_back(command_name(pdu->header.id) + " " + std::to_string(pdu->header.sequence));
            again += write_pdu(*pdu);
        }
        EXPECT_EQ(again, streams.at(port));
        return names;
    };
    EXPECT_EQ(commands(1770),
              (std::vector<std::string>{"bind_transmitter 1", "enquire_link 2", "submit_sm 3", "unbind 4"}));
    EXPECT_EQ(commands(9000), (std::vector<std::string>{"bind_transmitter_resp 1", "enquire_link_resp 2",
                                                        "submit_sm_resp 3", "unbind_resp 4"}));
    const auto esme = read_all(streams.at(1770)), smsc = read_all(streams.at(9000));
    EXPECT_EQ(std::get<Bind>(esme.pdus[0]->body).system_type, "SMPP");
    EXPECT_EQ(std::get<ShortMessage>(esme.pdus[2]->body).short_message, "test");
    EXPECT_EQ(std::get<MessageResponse>(smsc.pdus[2]->body).message_id, "47c8c77a");
}

}  // namespace
}  // namespace simtrail::sms::smpp
