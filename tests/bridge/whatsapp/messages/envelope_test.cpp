#include "bridge/whatsapp/messages/envelope.hpp"

#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::messages {

using bridge::whatsapp::Jid;
using bridge::whatsapp::Node;
namespace server = bridge::whatsapp::server;
using bridge::whatsapp::messages::OwnIdentity;
using bridge::whatsapp::messages::parse_envelope;

namespace {

const OwnIdentity own{Jid{"15550001111", server::user, 4}, Jid{"100000000000001", server::lid, 4}};
const Jid ada_pn{"15550002222", server::user};
const Jid ada_lid{"200000000000002", server::lid, 7};

Node stanza(const Jid& from) {
    return Node{"message", {{"id", "3EB0AA"}, {"t", "1700000000"}, {"from", from}, {"type", "text"}}};
}

}  // namespace

TEST_CASE("envelopes: a direct message names sender, chat and the sender's other address", "[messages]") {
    Node message = stanza(ada_lid);
    message.set("sender_pn", ada_pn);
    message.set("notify", "Ada");
    message.set("offline", "3");
    const auto envelope = parse_envelope(message, own);
    REQUIRE(envelope);
    CHECK(envelope->chat == ada_lid.bare());
    CHECK(envelope->chat_alt == ada_pn);
    CHECK(envelope->sender == ada_lid);
    CHECK_FALSE(envelope->from_me);
    CHECK(envelope->offline);
    CHECK(envelope->push_name == "Ada");
    REQUIRE(envelope->mapping());
    CHECK(envelope->mapping()->first == ada_pn);
    CHECK(envelope->mapping()->second == ada_lid.bare());
}

TEST_CASE("envelopes: an own copy belongs to the chat of its recipient", "[messages]") {
    Node message = stanza(own.lid.with_device(0));
    message.set("recipient", ada_lid.bare());
    message.set("peer_recipient_pn", ada_pn);
    const auto envelope = parse_envelope(message, own);
    REQUIRE(envelope);
    CHECK(envelope->from_me);
    CHECK(envelope->chat == ada_lid.bare());
    CHECK(envelope->chat_alt == ada_pn);
    CHECK_FALSE(envelope->mapping());
}

TEST_CASE("envelopes: a note to oneself is a chat with oneself", "[messages]") {
    const auto envelope = parse_envelope(stanza(own.pn.with_device(0)), own);
    REQUIRE(envelope);
    CHECK(envelope->from_me);
    CHECK(envelope->chat == own.pn.bare());
    CHECK(envelope->chat_alt == own.lid.bare());
}

TEST_CASE("envelopes: a group message needs its participant", "[messages]") {
    const Jid group{"120363000000000001", server::group};
    CHECK_FALSE(parse_envelope(stanza(group), own));
    Node message = stanza(group);
    message.set("participant", ada_lid);
    message.set("participant_pn", ada_pn);
    const auto envelope = parse_envelope(message, own);
    REQUIRE(envelope);
    CHECK(envelope->chat == group);
    CHECK(envelope->sender == ada_lid);
    CHECK(envelope->sender_alt == ada_pn);
    CHECK(envelope->is_group);
}

TEST_CASE("envelopes: hosted devices are the people behind them", "[messages]") {
    const auto envelope = parse_envelope(stanza(Jid{"15550002222", server::hosted, 99}), own);
    REQUIRE(envelope);
    CHECK(envelope->chat == ada_pn);
    CHECK(envelope->sender.device == 99);
}

TEST_CASE("envelopes: what is missing or contradictory is an error", "[messages]") {
    for (const std::string_view key : {"id", "t", "from"}) {
        Node message = stanza(ada_pn);
        message.erase(key);
        CHECK_FALSE(parse_envelope(message, own));
    }
    Node claims_recipient = stanza(ada_pn);
    claims_recipient.set("recipient", own.pn.bare());
    CHECK_FALSE(parse_envelope(claims_recipient, own));
    CHECK_FALSE(parse_envelope(stanza(Jid::whatsapp_server()), own));
    Node bad_time = stanza(ada_pn);
    bad_time.set("t", "99999999999999999999");
    CHECK_FALSE(parse_envelope(bad_time, own));
    Node same_kind = stanza(ada_pn);
    same_kind.set("sender_pn", Jid{"15559999999", server::user});
    REQUIRE(parse_envelope(same_kind, own));
    CHECK(parse_envelope(same_kind, own)->sender_alt.empty());
}

}  // namespace tests::messages
