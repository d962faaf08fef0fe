#include "bridge/whatsapp/pairing/passkey.hpp"

#include "tests/bridge/whatsapp/pairing/fixture.hpp"

#include <catch2/catch.hpp>

namespace tests::pairing {
namespace {

constexpr std::string_view assertion_json =
    R"({"id":"AQID","rawId":"AQID","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":null}})";

Node request_for(std::string_view options) {
    Node notification{"notification", {{"type", "passkey_prologue_request"}}};
    return notification.add(Node{"passkey_request_options", {}, common::to_bytes(options)});
}

Node continuation_for(Bytes identity) {
    Node notification{"notification", {{"type", "crsc_continuation"}}};
    return notification.add(Node{"primary_ephemeral_identity", {}, std::move(identity)});
}

pairing::PasskeyRandomness randomness(common::json::Value vector) {
    pairing::PasskeyRandomness random;
    random.ephemeral = key_pair(vector, "companion_ephemeral_private_hex");
    random.nonce = array<32>(vector, "companion_nonce_hex");
    return random;
}

Bytes content(const Node& request, std::string_view outer, std::string_view inner) {
    const Node* node = request.child(outer);
    REQUIRE(node);
    if (inner.empty()) return common::to_bytes(node->bytes());
    REQUIRE(node->child(inner));
    return common::to_bytes(node->child(inner)->bytes());
}

}  // namespace

TEST_CASE("the passkey step sends and derives what the vectors say", "[vectors]") {
    const auto vectors = support::load_vectors("pairing.json");
    const auto list = vectors.root()["passkey"];
    REQUIRE(list.size() > 0);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto vector = list.at(i);
        INFO(text(vector, "name"));
        Account account;
        account.adv_secret = common::SecretBytes{hex(vector, "old_adv_secret_hex")};
        account.noise.public_key = array<32>(vector, "companion_noise_public_hex");
        account.identity.public_key = array<32>(vector, "companion_identity_public_hex");

        const auto start =
            pairing::start_passkey(request_for(R"({"challenge":"AA"})"), account, hex(vector, "new_adv_secret_hex"));
        REQUIRE(start);
        CHECK(common::to_bytes(start->handoff_key.view()) == hex(vector, "handoff_key_hex"));
        account.adv_secret = start->adv_secret;

        const auto device_type = static_cast<std::uint32_t>(support::number(vector, "device_type"));
        const auto prologue = pairing::passkey_prologue(
            text(vector, "ref"),
            device_type,
            randomness(vector),
            pairing::parse_assertion(assertion_json).value(),
            start->handoff_key.view()
        );
        CHECK(content(prologue.request, "passkey_prologue", "credential_id") == Bytes{1, 2, 3});
        CHECK(content(prologue.request, "passkey_prologue", "webauthn_assertion") == common::to_bytes(assertion_json));
        CHECK(content(prologue.request, "passkey_prologue", "prologue_payload") == hex(vector, "prologue_payload_hex"));
        CHECK(
            content(prologue.request, "passkey_prologue", "pairing_handoff_proof") ==
            hex(vector, "pairing_handoff_proof_hex")
        );

        const auto next = pairing::continue_passkey(
            continuation_for(hex(vector, "primary_ephemeral_identity_hex")), prologue.pairing
        );
        REQUIRE(next);
        CHECK_FALSE(next->needs_confirmation);
        CHECK(next->code == text(vector, "code_display"));
        CHECK(common::to_bytes(next->key.view()) == hex(vector, "encryption_key_hex"));
        CHECK(content(next->companion_nonce, "companion_nonce", "") == hex(vector, "companion_nonce_hex"));

        const Node request = pairing::encrypted_pairing_request(*next, account, array<12>(vector, "request_iv_hex"));
        CHECK(content(request, "encrypted_pairing_request", "") == hex(vector, "encrypted_pairing_request_hex"));
    }
}

TEST_CASE("without a valid hand-off the codes have to be compared", "[pairing]") {
    const auto assertion = pairing::parse_assertion(assertion_json).value();
    const auto prologue = pairing::passkey_prologue("2@ref", 1, pairing::PasskeyRandomness::fresh(), assertion, {});
    CHECK(prologue.request.child("passkey_prologue")->child("pairing_handoff_proof") == nullptr);
    Bytes identity{0x0a, 32};
    common::append(identity, common::crypto::KeyPair::generate().public_key);
    common::append(identity, Bytes{0x12, 32});
    common::append(identity, Bytes(32, 7));
    const auto next = pairing::continue_passkey(continuation_for(identity), prologue.pairing);
    REQUIRE(next);
    CHECK(next->needs_confirmation);
    for (std::size_t size = 0; size < identity.size(); ++size) {
        const Bytes cut = common::to_bytes(ByteView{identity}.first(size));
        CHECK_FALSE(pairing::continue_passkey(continuation_for(cut), prologue.pairing));
    }
}

TEST_CASE("passkey options that are no JSON object are an error", "[pairing]") {
    const Account account;
    const Bytes secret(32, 1);
    for (const char* bad : {"", "{", "[]", "\"text\""}) {
        CHECK_FALSE(pairing::start_passkey(request_for(bad), account, secret));
    }
    CHECK_FALSE(pairing::start_passkey(Node{"notification"}, account, secret));
}

TEST_CASE("an assertion needs its id and the signed parts", "[pairing]") {
    CHECK(pairing::parse_assertion(assertion_json));
    for (const char* bad :
         {"",
          "[]",
          "{}",
          R"({"rawId":"AQID"})",
          R"({"rawId":"AQID","response":{}})",
          R"({"rawId":"","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA"}})",
          R"({"rawId":5,"response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA"}})",
          R"({"rawId":"AQID","response":{"clientDataJSON":1,"authenticatorData":"AA","signature":"AA"}})"}) {
        CHECK(pairing::parse_assertion(bad).error() == pairing::Errc::malformed_passkey);
    }
}

TEST_CASE("passkey notifications are told from others", "[pairing]") {
    CHECK(pairing::is_passkey_request(request_for("{}")));
    CHECK_FALSE(pairing::is_passkey_request(continuation_for({})));
    CHECK(pairing::is_passkey_continuation(continuation_for({})));
    CHECK_FALSE(pairing::is_passkey_continuation(Node{"iq", {{"type", "crsc_continuation"}}}));
}

}  // namespace tests::pairing
