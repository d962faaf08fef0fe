#include "bridge/whatsapp/binary/codec.hpp"
#include "tests/simulator/companion.hpp"
#include "tests/simulator/link_code.hpp"
#include "tests/support/print.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

using namespace simulator;
namespace crypto = common::crypto;
namespace vectors = tests::support;

namespace {

crypto::KeyPair key_pair(common::json::Value vector, std::string_view key) {
    return crypto::KeyPair::from_private(common::to_array<32>(vectors::hex(vector, key)).value());
}

}  // namespace

TEST_CASE("adv: a companion that signs honestly is accepted and proves itself to others", "[simulator]") {
    Network network;
    const Account& account = network.account("15550001111");
    const auto companion = crypto::KeyPair::generate();
    const Bytes secret(32, 9);
    const auto offered = sign_companion(account, companion.public_key, 1, 1'790'000'000, secret, false);
    const auto& account_key = account.identity.public_key;
    const auto record =
        accept_device_signature(account, companion.public_key, offered, counter_sign(offered, companion, account_key));
    REQUIRE(record);
    CHECK(proves_companion(*record, account_key, companion.public_key));
    CHECK_FALSE(proves_companion(*record, companion.public_key, companion.public_key));
    const auto stranger = crypto::KeyPair::generate();
    CHECK_FALSE(proves_companion(*record, account_key, stranger.public_key));
    CHECK_FALSE(
        accept_device_signature(account, companion.public_key, offered, counter_sign(offered, stranger, account_key))
    );
}

TEST_CASE("adv: a tampered offer carries a right MAC over a wrong signature", "[simulator]") {
    Network network;
    const Account& account = network.account("15550001111");
    const auto companion = crypto::KeyPair::generate();
    const Bytes secret(32, 9);
    const auto offered = sign_companion(account, companion.public_key, 1, 1'790'000'000, secret, true);
    wa::adv::ADVSignedDeviceIdentityHMAC container;
    REQUIRE(container.ParseFromArray(offered.container.data(), static_cast<int>(offered.container.size())));
    const auto mac = crypto::hmac_sha256(secret, common::as_bytes(container.details()));
    CHECK(container.hmac() == common::as_text(mac));
    const Bytes record = counter_sign(offered, companion, account.identity.public_key);
    CHECK_FALSE(proves_companion(record, account.identity.public_key, companion.public_key));
}

TEST_CASE("link code: the phone derives the ADV secret of the vectors, and refuses a wrong code", "[vectors]") {
    const auto document = vectors::load_vectors("pairing.json");
    const auto runs = vectors::member(document.root(), "link_code");
    REQUIRE(runs.size() > 0);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto run = runs.at(i);
        const auto hello = bridge::whatsapp::binary::decode(vectors::hex(run, "companion_hello_iq_hex"));
        const auto finish = bridge::whatsapp::binary::decode(vectors::hex(run, "companion_finish_iq_hex"));
        REQUIRE(hello);
        REQUIRE(finish);
        const auto request = parse_companion_hello(*hello->child("link_code_companion_reg"));
        REQUIRE(request);
        CHECK(request->phone == vectors::text(run, "phone"));
        LinkCodeAnswer answer = answer_link_code(*request, vectors::text(run, "code"));
        CHECK(common::to_hex(answer.companion_ephemeral) == vectors::text(run, "companion_ephemeral_public_hex"));
        answer.ephemeral = key_pair(run, "primary_ephemeral_private_hex");
        const auto identity = key_pair(run, "primary_identity_private_hex");
        const auto companion = common::to_array<32>(vectors::hex(run, "companion_identity_public_hex")).value();
        const Node& body = *finish->child("link_code_companion_reg");
        const auto secret = open_key_bundle(answer, body, identity, companion);
        REQUIRE(secret);
        CHECK(common::to_hex(secret->view()) == vectors::text(run, "adv_secret_hex"));
        answer.companion_ephemeral[3] ^= 1;
        CHECK_FALSE(open_key_bundle(answer, body, identity, companion));
    }
}
