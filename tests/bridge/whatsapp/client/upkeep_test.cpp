#include "bridge/whatsapp/client/upkeep.hpp"

#include "tests/bridge/whatsapp/client/part.hpp"

#include <algorithm>

namespace tests::client {
namespace {

namespace prekeys = bridge::whatsapp::prekeys;
using client::PreKeyUpkeep;
using common::Bytes;
using common::ByteView;

/// The server's side of a device's keys.
struct KeyServer : Part {
    struct Key {
        std::uint32_t id;
        Bytes value;
    };
    std::vector<Key> keys;
    std::size_t uploads{0};
    bool refuse_uploads{false};
    std::function<void()> before_digest;
    PreKeyUpkeep upkeep{core};

    KeyServer() {
        answer = [this](const Node& question) { return answer_to(question); };
    }
    Node answer_to(const Node& question) {
        if (question.child("count")) return result_with(Node{"count", {{"value", std::to_string(keys.size())}}});
        if (question.child("digest")) {
            if (before_digest) before_digest();
            return keys.empty() ? error_with("404") : result_with(digest());
        }
        REQUIRE(question.child("list"));
        if (refuse_uploads) return error_with("503");
        ++uploads;
        for (const Node& key : question.child("list")->children()) {
            const auto id = static_cast<std::uint32_t>(common::read_be(key.child("id")->bytes()));
            std::erase_if(keys, [&](const Key& old) { return old.id == id; });
            keys.push_back({id, common::to_bytes(key.child("value")->bytes())});
        }
        return Node{"iq", {{"type", "result"}}};
    }
    Node digest() const {
        const auto& account = core.account;
        Bytes hashed = common::concat(
            {account.identity.public_key, account.signed_pre_key.pair.public_key, account.signed_pre_key.signature}
        );
        Node list{"list"};
        for (const Key& key : keys) {
            list.add(Node{"id", {}, common::be_bytes(key.id, 3)});
            common::append(hashed, key.value);
        }
        Node skey{"skey"};
        skey.add(Node{"id", {}, common::be_bytes(account.signed_pre_key.id, 3)});
        Node digest{"digest"};
        digest.add(Node{"registration", {}, common::be_bytes(account.registration_id, 4)});
        digest.add(Node{"identity", {}, common::to_bytes(ByteView{account.identity.public_key})});
        digest.add(std::move(skey)).add(std::move(list));
        digest.add(Node{"hash", {}, common::to_bytes(ByteView{common::crypto::sha1({hashed})})});
        return digest;
    }
    std::size_t uploaded_locally() { return *storage.pre_keys().count_uploaded(); }
    /// Every key of the server is one that we can answer for.
    bool all_ours() {
        return std::all_of(keys.begin(), keys.end(), [&](const Key& key) {
            const auto ours = storage.pre_keys().load(key.id);
            return ours && *ours && common::equal_secret(ByteView{(*ours)->pair.public_key}, key.value);
        });
    }
};

}  // namespace

TEST_CASE("upkeep: a new device uploads a full batch, and nothing while there is enough", "[client]") {
    KeyServer server;
    REQUIRE(server.run(server.upkeep.top_up()));
    CHECK(server.keys.size() == prekeys::initial_batch);
    CHECK(server.uploaded_locally() == prekeys::initial_batch);
    REQUIRE(server.run(server.upkeep.top_up()));
    CHECK(server.uploads == 1);
    server.keys.resize(prekeys::low_water - 1);
    REQUIRE(server.run(server.upkeep.top_up()));
    CHECK(server.keys.size() == prekeys::low_water - 1 + prekeys::batch);
}

TEST_CASE("upkeep: keys of an upload that failed are offered again", "[client]") {
    KeyServer server;
    server.refuse_uploads = true;
    CHECK_FALSE(server.run(server.upkeep.top_up()));
    CHECK(server.uploaded_locally() == 0);
    server.refuse_uploads = false;
    REQUIRE(server.run(server.upkeep.top_up()));
    CHECK(server.keys.size() == prekeys::initial_batch);
    CHECK(std::any_of(server.keys.begin(), server.keys.end(), [](const auto& key) { return key.id == 1; }));
    CHECK(server.storage.pre_keys().not_uploaded(10)->empty());
}

TEST_CASE("upkeep: a digest that agrees changes nothing", "[client]") {
    KeyServer server;
    REQUIRE(server.run(server.upkeep.top_up()));
    server.keys.erase(server.keys.begin(), server.keys.begin() + 5);  // handed out
    REQUIRE(server.run(server.upkeep.check()));
    CHECK(server.uploads == 1);
    CHECK(server.asked.size() == 3);
}

TEST_CASE("upkeep: a server without keys gets a full batch", "[client]") {
    KeyServer server;
    REQUIRE(server.run(server.upkeep.top_up()));
    server.keys.clear();
    REQUIRE(server.run(server.upkeep.check()));
    CHECK(server.keys.size() == prekeys::initial_batch);
    CHECK(server.all_ours());
}

TEST_CASE("upkeep: wrong keys are replaced, once in a while only", "[client]") {
    KeyServer server;
    REQUIRE(server.run(server.upkeep.top_up()));
    const auto damage = [&] { server.keys.at(3).value.at(0) ^= 1; };
    damage();
    REQUIRE(server.run(server.upkeep.check()));
    CHECK(server.uploads == 2);
    CHECK(server.all_ours());
    CHECK(server.keys.size() == prekeys::initial_batch + prekeys::batch);
    REQUIRE(server.run(server.upkeep.check()));
    damage();
    REQUIRE(server.run(server.upkeep.check()));
    CHECK(server.uploads == 2);
    server.clock.advance(PreKeyUpkeep::repair_pause);
    REQUIRE(server.run(server.upkeep.check()));
    CHECK(server.uploads == 3);
    CHECK(server.all_ours());
}

TEST_CASE("upkeep: keys that only the server knows do not keep us from offering good ones", "[client]") {
    KeyServer server;
    server.keys = {{900, Bytes(32, 1)}, {901, Bytes(32, 2)}};
    REQUIRE(server.run(server.upkeep.check()));
    CHECK(server.uploads == 1);
    CHECK(server.keys.size() == 2 + prekeys::batch);
}

TEST_CASE("upkeep: a key used while we compare is no reason to upload", "[client]") {
    KeyServer server;
    REQUIRE(server.run(server.upkeep.top_up()));
    int asked = 0;
    server.before_digest = [&] {
        // Handed out after the first digest was made, and used before we looked at it.
        if (++asked == 1) REQUIRE(server.storage.pre_keys().remove(server.keys.front().id));
        if (asked == 2) server.keys.erase(server.keys.begin());
    };
    REQUIRE(server.run(server.upkeep.check()));
    CHECK(asked == 2);
    CHECK(server.uploads == 1);
}

TEST_CASE("upkeep: without a connection nothing is asked", "[client]") {
    KeyServer server;
    server.core.iq = nullptr;
    CHECK(server.run(server.upkeep.check()).error() == client::Errc::not_ready);
    CHECK(server.run(server.upkeep.top_up()).error() == client::Errc::not_ready);
    CHECK(server.asked.empty());
}

}  // namespace tests::client
