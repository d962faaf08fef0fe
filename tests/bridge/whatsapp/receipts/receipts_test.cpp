#include "bridge/whatsapp/receipts/receipts.hpp"

#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::receipts {

using bridge::whatsapp::Jid;
using bridge::whatsapp::Node;
namespace events = bridge::whatsapp::events;
namespace receipts = bridge::whatsapp::receipts;
namespace server = bridge::whatsapp::server;

namespace {
const Jid own_pn{"15550001111", server::user, 4};
const Jid own_lid{"100000000000001", server::lid, 4};
const Jid ada{"200000000000002", server::lid, 7};
const Jid group{"120363000000000001", server::group};

Node incoming(const Jid& from) { return Node{"receipt", {{"id", "A"}, {"from", from}, {"t", "1700000000"}}}; }
}  // namespace

TEST_CASE("receipts: the answer to a message says who got it and how", "[receipts]") {
    Node message{"message", {{"id", "M1"}, {"from", ada}}};
    const Node plain = receipts::delivery_receipt(message, own_pn, false, false, true);
    CHECK(plain.jid("to") == ada);
    CHECK_FALSE(plain.has("type"));
    CHECK(receipts::delivery_receipt(message, own_pn, false, false, false).text("type") == "inactive");
    const Node peer = receipts::delivery_receipt(message, own_pn, true, true, false);
    CHECK(peer.text("type") == "peer_msg");
    CHECK(peer.jid("to") == own_pn.bare());
    message.set("recipient", ada.bare());
    message.set("participant", ada);
    const Node copy = receipts::delivery_receipt(message, own_pn, true, false, false);
    CHECK(copy.text("type") == "sender");
    CHECK(copy.jid("recipient") == ada.bare());
    CHECK(copy.jid("participant") == ada);
}

TEST_CASE("receipts: reads of several messages go out as one receipt", "[receipts]") {
    const common::UnixTime now{std::chrono::seconds{1'700'000'001}};
    const Node read = receipts::read_receipt(ada, {}, {"A", "B", "C"}, now);
    CHECK(read.text("id") == "A");
    CHECK(read.jid("to") == ada.bare());
    CHECK(read.text("t") == "1700000001");
    CHECK_FALSE(read.has("participant"));
    REQUIRE(read.child("list"));
    CHECK(read.child("list")->children().size() == 2);
}

TEST_CASE("receipts: types are told apart and lists are read", "[receipts]") {
    using events::ReceiptType;
    for (const auto& [type, wanted] :
         {std::pair{"", ReceiptType::delivered},
          std::pair{"inactive", ReceiptType::delivered},
          std::pair{"read", ReceiptType::read},
          std::pair{"played", ReceiptType::played}}) {
        Node stanza = incoming(ada);
        if (*type) stanza.set("type", type);
        Node list{"list"};
        list.add(Node{"item", {{"id", "B"}}});
        list.add(Node{"item"});
        stanza.add(std::move(list));
        const auto found = receipts::parse_receipts(stanza, own_pn, own_lid);
        REQUIRE(found.size() == 1);
        CHECK(found[0].type == wanted);
        CHECK(found[0].ids == std::vector<std::string>{"A", "B"});
        CHECK(found[0].chat == ada.bare());
        CHECK_FALSE(found[0].from_me);
    }
    Node media = incoming(ada);
    media.set("type", "server-error");
    CHECK(receipts::parse_receipts(media, own_pn, own_lid).empty());
    CHECK(receipts::parse_receipts(Node{"receipt"}, own_pn, own_lid).empty());
}

TEST_CASE("receipts: an own device that read a chat names the chat as recipient", "[receipts]") {
    Node stanza = incoming(own_lid.with_device(0));
    stanza.set("type", "read-self");
    stanza.set("recipient", ada.bare());
    const auto found = receipts::parse_receipts(stanza, own_pn, own_lid);
    REQUIRE(found.size() == 1);
    CHECK(found[0].from_me);
    CHECK(found[0].chat == ada.bare());
}

TEST_CASE("receipts: a grouped receipt is one for each user", "[receipts]") {
    Node stanza = incoming(group);
    Node participants{"participants", {{"key", "A"}}};
    participants.add(Node{"user", {{"jid", ada}, {"t", "1700000002"}}});
    participants.add(Node{"user", {{"jid", own_lid}, {"t", "1700000003"}}});
    participants.add(Node{"user"});
    stanza.add(std::move(participants));
    const auto found = receipts::parse_receipts(stanza, own_pn, own_lid);
    REQUIRE(found.size() == 2);
    CHECK(found[0].who == ada);
    CHECK(found[0].time.time_since_epoch().count() == 1'700'000'002);
    CHECK(found[1].from_me);
}

}  // namespace tests::receipts
