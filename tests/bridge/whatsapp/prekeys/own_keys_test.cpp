#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/prekeys/prekeys.hpp"
#include "tests/support/print.hpp"
#include "tests/support/vectors.hpp"

namespace {

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::prekeys;
using common::crypto::KeyPair;
using common::json::Value;
using tests::support::hex;
using tests::support::member;
using tests::support::number;

Node counted(std::string_view value) { return Node{"iq", {}, Node::Nodes{Node{"count", {{"value", value}}}}}; }

TEST_CASE("pre-keys: the count is a number, and none is zero", "[prekeys]") {
    CHECK(outline(PreKeyCount{}.request()).find("count") != std::string::npos);
    CHECK(*PreKeyCount::parse(counted("50")) == 50);
    CHECK(*PreKeyCount::parse(Node{"iq", {}, Node::Nodes{Node{"count"}}}) == 0);
    CHECK(PreKeyCount::parse(counted("many")).error() == Errc::malformed);
    CHECK(PreKeyCount::parse(counted("4294967296")).error() == Errc::malformed);
    CHECK(PreKeyCount::parse(Node{"iq"}).error() == Errc::malformed);
}

TEST_CASE("pre-keys: a low-water notification tells how many are left", "[prekeys]") {
    Node notification{"notification", {{"type", "encrypt"}}, Node::Nodes{Node{"count", {{"value", "4"}}}}};
    CHECK(parse_low_water(notification) == 4U);
    notification.set("type", "devices");
    CHECK_FALSE(parse_low_water(notification));
    CHECK_FALSE(parse_low_water(Node{"notification", {{"type", "encrypt"}}, Node::Nodes{Node{"identity"}}}));
}

Node digest_reply() {
    Node skey{"skey", {}, Node::Nodes{Node{"id", {}, common::Bytes{0, 0, 9}}}};
    Node list{"list"};
    list.add(Node{"id", {}, common::Bytes{0, 0, 1}}).add(Node{"id", {}, common::Bytes{0, 1, 0}});
    Node digest{"digest"};
    digest.add(Node{"registration", {}, common::Bytes{0, 0, 1, 2}})
        .add(Node{"type", {}, common::Bytes{5}})
        .add(Node{"identity", {}, common::Bytes(32, 7)})
        .add(skey)
        .add(list)
        .add(Node{"hash", {}, common::Bytes(20, 8)});
    return Node{"iq", {}, Node::Nodes{digest}};
}

TEST_CASE("pre-keys: a digest is read as a whole or not at all", "[prekeys]") {
    const auto digest = DigestCheck::parse(digest_reply());
    REQUIRE(digest);
    CHECK(digest->registration_id == 0x0102);
    CHECK(digest->signed_pre_key_id == 9);
    CHECK(digest->pre_key_ids == std::vector<std::uint32_t>{1, 256});
    CHECK(digest->hash[0] == 8);
    for (const char* missing : {"registration", "identity", "skey", "list", "hash"}) {
        INFO(missing);
        Node reply = digest_reply();
        auto& parts = reply.child("digest")->children_mut();
        std::erase_if(parts, [&](const Node& part) { return part.tag == missing; });
        CHECK(DigestCheck::parse(reply).error() == Errc::malformed);
    }
    Node reply = digest_reply();
    reply.child("digest")->child("list")->add(Node{"id", {}, common::Bytes{1}});
    CHECK(DigestCheck::parse(reply).error() == Errc::malformed);
}

TEST_CASE("pre-keys: a digest of more keys than anybody has is refused", "[prekeys]") {
    Node reply = digest_reply();
    for (int i = 0; i < 10'000; ++i) reply.child("digest")->child("list")->add(Node{"id", {}, common::Bytes{0, 0, 1}});
    CHECK(DigestCheck::parse(reply).error() == Errc::malformed);
}

TEST_CASE("pre-keys: a digest agrees only when all of it is ours", "[prekeys]") {
    storage::Account account;
    account.registration_id = 77;
    account.identity = KeyPair::generate();
    account.signed_pre_key.id = 3;
    account.signed_pre_key.pair = KeyPair::generate();
    const std::vector<storage::PreKey> keys{{1, KeyPair::generate()}, {5, KeyPair::generate()}};
    Digest digest{77, account.identity.public_key, 3, {1, 5}, {}};
    const std::vector publics{keys[0].pair.public_key, keys[1].pair.public_key};
    digest.hash = key_digest(account, publics);
    CHECK(agrees(digest, account, keys));
    CHECK_FALSE(agrees(digest, account, std::span{keys}.first(1)));
    CHECK_FALSE(agrees(digest, account, std::vector{keys[1], keys[0]}));
    const auto changed = [&](auto change) {
        Digest other = digest;
        change(other);
        return agrees(other, account, keys);
    };
    CHECK_FALSE(changed([](Digest& other) { ++other.registration_id; }));
    CHECK_FALSE(changed([](Digest& other) { other.identity[0] ^= 1; }));
    CHECK_FALSE(changed([](Digest& other) { ++other.signed_pre_key_id; }));
    CHECK_FALSE(changed([](Digest& other) { other.pre_key_ids[0] = 2; }));
    CHECK_FALSE(changed([](Digest& other) { other.hash[0] ^= 1; }));
    account.signed_pre_key.signature[0] ^= 1;
    CHECK_FALSE(agrees(digest, account, keys));
}

TEST_CASE("pre-keys: the server may ask us to look at the digest", "[prekeys]") {
    Node notification{"notification", {{"type", "encrypt"}}, Node::Nodes{Node{"digest"}}};
    CHECK(asks_for_digest(notification));
    CHECK_FALSE(parse_low_water(notification));
    CHECK_FALSE(asks_for_digest(Node{"notification", {{"type", "encrypt"}}, Node::Nodes{Node{"count"}}}));
    notification.set("type", "devices");
    CHECK_FALSE(asks_for_digest(notification));
}

TEST_CASE("vectors: upload and digest are those of the reference", "[prekeys][vectors]") {
    const auto document = tests::support::load_vectors("prekeys.json");
    const Value upload = member(document.root(), "upload");
    storage::Account account;
    account.registration_id = static_cast<std::uint32_t>(number(upload, "registration_id"));
    account.identity = KeyPair::from_private(common::ByteView{hex(upload, "identity_private_hex")}.first<32>());
    REQUIRE(common::to_bytes(account.identity.public_key) == hex(upload, "identity_public_hex"));
    const Value signed_key = member(upload, "signed_prekey");
    account.signed_pre_key.id = static_cast<std::uint32_t>(number(signed_key, "id"));
    account.signed_pre_key.pair.public_key = *common::to_array<32>(hex(signed_key, "public_hex"));
    account.signed_pre_key.signature = *common::to_array<64>(hex(signed_key, "signature_hex"));
    std::vector<storage::PreKey> keys;
    std::vector<common::crypto::PublicKey> publics;
    const Value list = member(upload, "prekeys");
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto secret = hex(list.at(i), "private_hex");
        const auto pair = KeyPair::from_private(common::ByteView{secret}.first<32>());
        keys.push_back({static_cast<std::uint32_t>(number(list.at(i), "id")), pair});
        publics.push_back(pair.public_key);
    }
    Node expected = *binary::decode(hex(upload, "iq_hex"));
    Node request = PreKeyUpload{account, keys}.request();
    CHECK(request.content == expected.content);
    for (const binary::Attr& attribute : expected.attrs) {
        if (attribute.key == "id") continue;
        INFO(attribute.key);
        CHECK(request.text(attribute.key) == expected.text(attribute.key));
    }
    CHECK(request.attrs.size() + 1 == expected.attrs.size());
    CHECK(common::to_bytes(key_digest(account, publics)) == hex(upload, "digest_sha1_hex"));
}

}  // namespace
