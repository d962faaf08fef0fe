#include "bridge/whatsapp/prekeys/prekeys.hpp"
#include "tests/support/print.hpp"

namespace {

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::prekeys;

const Jid primary{"100000000000001", server::lid};
const Jid companion{"100000000000001", server::lid, 12};

Node bytes_node(std::string_view tag, std::size_t size, std::uint8_t filler) {
    return Node{tag, {}, common::Bytes(size, filler)};
}

Node user_with_keys(const Jid& jid) {
    Node key{"key"};
    key.add(bytes_node("id", 3, 1)).add(bytes_node("value", 32, 2));
    Node skey{"skey"};
    skey.add(bytes_node("id", 3, 3)).add(bytes_node("value", 32, 4)).add(bytes_node("signature", 64, 5));
    Node user{"user", {{"jid", jid}}};
    user.add(bytes_node("registration", 4, 0xFF)).add(bytes_node("type", 1, 5)).add(bytes_node("identity", 32, 6));
    user.add(key).add(skey).add(bytes_node("device-identity", 10, 7));
    return user;
}

Node reply_of(Node::Nodes users) {
    return Node{"iq", {{"type", "result"}}, Node::Nodes{Node{"list", {}, std::move(users)}}};
}

TEST_CASE("pre-keys: a fetch names every device", "[prekeys]") {
    KeyFetch fetch;
    fetch.devices = {primary, companion};
    const Node request = fetch.request();
    CHECK(request.text("type") == "get");
    CHECK(request.text("xmlns") == "encrypt");
    REQUIRE(request.child("key"));
    REQUIRE(request.child("key")->children().size() == 2);
    const Node& second = request.child("key")->children()[1];
    CHECK(second.jid("jid") == companion);
    CHECK(second.text("reason") == "identity");
}

TEST_CASE("pre-keys: bundles are read with and without a one-time key", "[prekeys]") {
    Node without = user_with_keys(primary);
    std::erase_if(without.children_mut(), [](const Node& part) {
        return part.tag == "key" || part.tag == "device-identity";
    });
    const auto reply = KeyFetch::parse(reply_of({user_with_keys(companion), without}));
    REQUIRE(reply);
    REQUIRE(reply->size() == 2);
    const FetchedKeys& first = reply->at(0);
    CHECK(first.device == companion);
    REQUIRE(first.bundle);
    CHECK(first.bundle->registration_id == 0xFFFFFFFF);
    CHECK(first.bundle->identity[0] == 6);
    REQUIRE(first.bundle->pre_key);
    CHECK(first.bundle->pre_key->id == 0x010101);
    CHECK(first.bundle->signed_pre_key.id == 0x030303);
    CHECK(first.bundle->signed_pre_key.signature == common::Bytes(64, 5));
    CHECK(first.device_identity == common::Bytes(10, 7));
    REQUIRE(reply->at(1).bundle);
    CHECK_FALSE(reply->at(1).bundle->pre_key);
    CHECK(reply->at(1).device_identity.empty());
}

TEST_CASE("pre-keys: keys inside a keys element are found", "[prekeys]") {
    Node flat = user_with_keys(companion);
    Node user{"user", {{"jid", companion}}};
    Node keys{"keys"};
    for (const Node& part : flat.children()) {
        if (part.tag == "registration") {
            user.add(part);
        } else {
            keys.add(part);
        }
    }
    user.add(keys);
    const auto reply = KeyFetch::parse(reply_of({user}));
    REQUIRE(reply);
    CHECK(reply->at(0).bundle);
    CHECK(reply->at(0).device_identity.size() == 10);
}

TEST_CASE("pre-keys: a device that is gone is told apart, and harms no other", "[prekeys]") {
    const Node gone{"user", {{"jid", companion}}, Node::Nodes{Node{"error", {{"code", "406"}}}}};
    const Node busy{"user", {{"jid", companion}}, Node::Nodes{Node{"error", {{"code", "500"}}}}};
    const Node nobody{"user", {{"jid", "@@"}}};
    const auto reply = KeyFetch::parse(reply_of({gone, busy, nobody, Node{"noise"}, user_with_keys(primary)}));
    REQUIRE(reply);
    REQUIRE(reply->size() == 3);
    CHECK(reply->at(0).bundle.error() == Errc::not_registered);
    CHECK(reply->at(1).bundle.error() == Errc::refused);
    CHECK(reply->at(2).bundle);
    CHECK(KeyFetch::parse(Node{"iq"}).error() == Errc::malformed);
}

TEST_CASE("pre-keys: each missing or misshapen part makes its bundle malformed", "[prekeys]") {
    for (const std::string_view part : {"registration", "identity", "skey"}) {
        INFO(part);
        Node user = user_with_keys(primary);
        std::erase_if(user.children_mut(), [&](const Node& child) { return child.tag == part; });
        CHECK(KeyFetch::parse(reply_of({user}))->at(0).bundle.error() == Errc::malformed);
    }
    for (const std::string_view part : {"registration", "type", "identity"}) {
        INFO(part);
        Node user = user_with_keys(primary);
        user.child(part)->content = common::Bytes(31, 5);
        CHECK(KeyFetch::parse(reply_of({user}))->at(0).bundle.error() == Errc::malformed);
    }
    for (const std::string_view holder : {"key", "skey"}) {
        Node user = user_with_keys(primary);
        const std::size_t parts = user.child(holder)->children().size();
        for (std::size_t part = 0; part < parts; ++part) {
            Node damaged = user;
            damaged.child(holder)->children_mut()[part].content = common::Bytes(33, 1);
            CHECK(KeyFetch::parse(reply_of({damaged}))->at(0).bundle.error() == Errc::malformed);
        }
    }
}

}  // namespace
