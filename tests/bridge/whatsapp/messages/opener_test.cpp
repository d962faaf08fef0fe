#include "bridge/whatsapp/messages/opener.hpp"

#include "bridge/whatsapp/content/describe.hpp"
#include "bridge/whatsapp/content/unwrap.hpp"
#include "bridge/whatsapp/messages/fanout.hpp"
#include "bridge/whatsapp/messages/padding.hpp"
#include "bridge/whatsapp/messages/retry.hpp"
#include "proto/e2e.pb.h"
#include "tests/bridge/whatsapp/messages/party.hpp"
#include "tests/support/print.hpp"

namespace tests::messages {

using bridge::whatsapp::messages::Audience;
using bridge::whatsapp::messages::Opened;
using common::Bytes;

namespace {

struct Pair {
    Party me{Jid{"15550001111", server::user, 4}, Jid{"100000000000001", server::lid, 4}};
    Party ada{Jid{"15550002222", server::user}, Jid{"200000000000002", server::lid}};
    int count{0};

    Pair() { REQUIRE(ada.cipher->start_session(me.account.lid, me.bundle())); }

    /// Ada's next message as the server delivers it to `me`.
    Node deliver(const Bytes& content) {
        auto sealed = ada.cipher->encrypt(me.account.lid, bridge::whatsapp::messages::pad(content, 3));
        REQUIRE(sealed);
        Node stanza{
            "message",
            {{"id", "ID" + std::to_string(++count)},
             {"t", "1700000000"},
             {"from", ada.account.lid},
             {"sender_pn", ada.account.jid}}};
        const bool pre_key = sealed->type == signal::MessageType::pre_key_message;
        stanza.add(Node{"enc", {{"v", "2"}, {"type", pre_key ? "pkmsg" : "msg"}}, sealed->bytes});
        return stanza;
    }
    Node deliver_text(std::string_view text) {
        return deliver(bridge::whatsapp::content::make_text(text, Bytes(32, 9)));
    }
};

std::string text_of(const Opened& opened) { return bridge::whatsapp::content::describe(opened.message->content).text; }

}  // namespace

TEST_CASE("opener: a message goes to the inbox and is answered with a receipt", "[messages]") {
    Pair pair;
    const auto opened = pair.me.open(pair.deliver_text("hello"));
    REQUIRE(opened.message);
    CHECK(text_of(opened) == "hello");
    CHECK(opened.message->chat == pair.ada.account.lid.bare());
    CHECK(opened.message->chat_alt == pair.ada.account.jid.bare());
    REQUIRE(opened.mapping);
    REQUIRE(opened.replies.size() == 1);
    CHECK(opened.replies[0].tag == "receipt");
    CHECK(opened.replies[0].text("type") == "inactive");
    CHECK(opened.replies[0].jid("to") == pair.ada.account.lid);
    const auto waiting = pair.me.storage.inbox().all(10);
    REQUIRE(waiting);
    REQUIRE(waiting->size() == 1);
    CHECK(waiting->front().content == opened.message->content);
}

TEST_CASE("opener: a message that comes again is answered normally and kept once", "[messages]") {
    Pair pair;
    const Node stanza = pair.deliver_text("once");
    REQUIRE(pair.me.open(stanza).message);
    const auto again = pair.me.open(stanza);
    CHECK_FALSE(again.message);
    REQUIRE(again.replies.size() == 1);
    CHECK(again.replies[0].text("type") == "inactive");
    CHECK(pair.me.storage.inbox().all(10)->size() == 1);
}

TEST_CASE("opener: what cannot be opened becomes a stub and a retry receipt, four times at most", "[messages]") {
    Pair pair;
    REQUIRE(pair.me.open(pair.deliver_text("first")).message);
    Node stanza = pair.deliver_text("damaged");
    auto& enc = *stanza.child("enc");
    auto bytes = std::get<Bytes>(enc.content);
    bytes[bytes.size() - 20] ^= 1;
    enc.content = bytes;
    for (int count = 1; count <= bridge::whatsapp::messages::max_asked; ++count) {
        const auto opened = pair.me.open(stanza);
        REQUIRE(opened.message);
        CHECK(opened.message->undecryptable == events::Undecryptable::waiting_for_retry);
        REQUIRE(opened.replies.size() == 1);
        const Node& receipt = opened.replies[0];
        CHECK(receipt.text("type") == "retry");
        CHECK(receipt.child("retry")->number("count") == static_cast<std::uint64_t>(count));
        CHECK((receipt.child("keys") != nullptr) == (count > 1));
    }
    const auto given_up = pair.me.open(stanza);
    REQUIRE(given_up.replies.size() == 1);
    CHECK(given_up.replies[0].tag == "ack");
    CHECK(given_up.replies[0].text("error") == "500");
}

TEST_CASE("opener: a message without a session asks with keys at once, and the keys work", "[messages]") {
    Pair pair;
    REQUIRE(pair.me.open(pair.deliver_text("first")).message);
    // A reply takes Ada's side out of the pre-key state; then our session is lost.
    const auto reply = pair.me.cipher->encrypt(pair.ada.account.lid, bridge::whatsapp::messages::pad(Bytes{}, 1));
    REQUIRE(reply);
    REQUIRE(pair.ada.cipher->decrypt(pair.me.account.lid, reply->type, reply->bytes));
    REQUIRE(pair.me.cipher->remove_session(pair.ada.account.lid));
    const auto lost = pair.me.open(pair.deliver_text("lost"));
    REQUIRE(lost.replies.size() == 1);
    Node receipt = lost.replies[0];
    REQUIRE(receipt.child("keys"));
    receipt.set("from", pair.me.account.lid);
    const auto request =
        bridge::whatsapp::messages::parse_retry_request(receipt, pair.ada.account.jid, pair.ada.account.lid);
    REQUIRE(request);
    REQUIRE(request->bundle);
    CHECK(request->registration_id == pair.me.account.registration_id);
    REQUIRE(pair.ada.cipher->start_session(pair.me.account.lid, *request->bundle));
    const auto healed = pair.me.open(pair.deliver_text("healed"));
    REQUIRE(healed.message);
    CHECK(text_of(healed) == "healed");
}

TEST_CASE("opener: own-device and protocol messages of a stranger are dropped and counted", "[messages]") {
    Pair pair;
    const auto copy = bridge::whatsapp::content::make_device_sent(
        pair.me.account.lid, bridge::whatsapp::content::make_text("I wrote this, says Ada", Bytes(32, 1))
    );
    REQUIRE(copy);
    const auto forged = pair.me.open(pair.deliver(*copy));
    CHECK_FALSE(forged.message);
    CHECK(forged.replies.size() == 1);
    wa::e2e::Message protocol;
    protocol.mutable_protocol_message()->set_type(wa::e2e::ProtocolMessage::APP_STATE_SYNC_KEY_SHARE);
    CHECK_FALSE(pair.me.open(pair.deliver(common::to_bytes(protocol.SerializeAsString()))).message);
    CHECK(pair.me.opener->counters().refused_protocol == 2);
}

TEST_CASE("opener: a revoke is told, with the mark of its stanza", "[messages]") {
    Pair pair;
    wa::e2e::Message revoke;
    revoke.mutable_protocol_message()->set_type(wa::e2e::ProtocolMessage::REVOKE);
    revoke.mutable_protocol_message()->mutable_key()->set_id("X");
    Node stanza = pair.deliver(common::to_bytes(revoke.SerializeAsString()));
    stanza.set("edit", "7");
    const auto opened = pair.me.open(stanza);
    REQUIRE(opened.message);
    CHECK(opened.message->edit == "7");
    CHECK(pair.me.opener->counters().refused_protocol == 0);
}

TEST_CASE("opener: a withheld message is a stub and an ack; an empty one is refused", "[messages]") {
    Pair pair;
    Node stanza{"message", {{"id", "U1"}, {"t", "1700000000"}, {"from", pair.ada.account.lid}}};
    CHECK(pair.me.open(stanza).replies[0].text("error") == "488");
    stanza.add(Node{"unavailable", {{"type", "view_once"}}});
    const auto withheld = pair.me.open(stanza);
    REQUIRE(withheld.message);
    CHECK(withheld.message->undecryptable == events::Undecryptable::unavailable);
    CHECK(withheld.replies[0].tag == "ack");
    CHECK_FALSE(withheld.replies[0].has("error"));
    Node nonsense{"message", {{"id", "U2"}}};
    CHECK(pair.me.open(nonsense).replies[0].text("error") == "487");
}

TEST_CASE("fanout: recipients get the text, own devices the copy, the sending device nothing", "[messages]") {
    Pair pair;
    Party phone{Jid{"15550001111", server::user}, Jid{"100000000000001", server::lid}};
    REQUIRE(pair.me.cipher->start_session(pair.ada.account.lid, pair.ada.bundle()));
    REQUIRE(pair.me.cipher->start_session(phone.account.lid, phone.bundle()));
    Audience audience;
    audience.to = pair.ada.account.lid.bare();
    audience.to_alt = pair.ada.account.jid.bare();
    audience.recipients = {pair.ada.account.lid, pair.ada.account.lid.with_device(9)};
    audience.own = {phone.account.lid};
    bridge::whatsapp::messages::Outgoing outgoing;
    outgoing.id = "OUT1";
    outgoing.content = bridge::whatsapp::content::make_text("hi", Bytes(32, 2));
    const Bytes& content = outgoing.content;
    const auto sealed =
        bridge::whatsapp::messages::seal_direct(pair.me.storage, *pair.me.cipher, pair.me.account, audience, outgoing);
    REQUIRE(sealed);
    CHECK(sealed->skipped == std::vector<Jid>{pair.ada.account.lid.with_device(9)});
    CHECK(sealed->stanza.jid("peer_recipient_pn") == audience.to_alt);
    CHECK(sealed->stanza.child("device-identity"));
    const auto& participants = sealed->stanza.child("participants")->children();
    REQUIRE(participants.size() == 2);
    const auto open_at = [&](Party& party, const Node& to, const Jid& from) {
        const Node& enc = *to.child("enc");
        const auto type =
            enc.text("type") == "pkmsg" ? signal::MessageType::pre_key_message : signal::MessageType::message;
        const auto padded = party.cipher->decrypt(from, type, enc.bytes());
        REQUIRE(padded);
        return common::to_bytes(*bridge::whatsapp::messages::unpad(*padded));
    };
    CHECK(open_at(pair.ada, participants[0], pair.me.account.lid) == content);
    const auto copy = bridge::whatsapp::content::unwrap(open_at(phone, participants[1], pair.me.account.lid));
    REQUIRE(copy);
    CHECK(copy->device_sent);
    CHECK(copy->destination == audience.to);
}

}  // namespace tests::messages
