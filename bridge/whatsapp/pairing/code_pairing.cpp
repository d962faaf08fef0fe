#include "bridge/whatsapp/pairing/code_pairing.hpp"

#include "bridge/whatsapp/pairing/detail/adv.hpp"
#include "bridge/whatsapp/pairing/detail/code_keys.hpp"
#include "bridge/whatsapp/stanza/stanza.hpp"

#include <algorithm>
#include <utility>

namespace bridge::whatsapp::pairing {

namespace crypto = common::crypto;

common::SecretBytes stretch_code(std::string_view code, ByteView salt) {
    constexpr unsigned iterations = 2U << 16;
    return crypto::pbkdf2_sha256(common::as_bytes(code), salt, iterations, 32);
}

namespace detail {

common::ByteArray<80> wrap_ephemeral(
    std::string_view code, const crypto::PublicKey& key, ByteView salt32, ByteView iv16
) {
    const auto wrapping_key = stretch_code(code, salt32);
    const Bytes sealed = crypto::aes_ctr(wrapping_key.view(), iv16, key);
    common::ByteArray<80> wrapped{};
    auto out = std::copy(salt32.begin(), salt32.end(), wrapped.begin());
    out = std::copy(iv16.begin(), iv16.end(), out);
    std::copy(sealed.begin(), sealed.end(), out);
    return wrapped;
}

crypto::PublicKey unwrap_ephemeral(std::string_view code, std::span<const std::uint8_t, 80> wrapped) {
    const auto wrapping_key = stretch_code(code, wrapped.first<32>());
    const Bytes opened = crypto::aes_ctr(wrapping_key.view(), wrapped.subspan<32, 16>(), wrapped.last<32>());
    crypto::PublicKey key{};
    std::copy(opened.begin(), opened.end(), key.begin());
    return key;
}

common::SecretBytes bundle_key(const common::SecretBytes& ephemeral_secret, ByteView salt) {
    constexpr std::string_view info = "link_code_pairing_key_bundle_encryption_key";
    return crypto::hkdf_sha256(ephemeral_secret.view(), salt, common::as_bytes(info), 32);
}

common::SecretBytes shared_adv_secret(
    const common::SecretBytes& ephemeral_secret, const common::SecretBytes& identity_secret, ByteView random
) {
    const common::SecretBytes input{common::concat({ephemeral_secret.view(), identity_secret.view(), random})};
    return crypto::hkdf_sha256(input.view(), {}, common::as_bytes("adv_secret"), 32);
}

}  // namespace detail

HelloRandomness HelloRandomness::fresh() {
    HelloRandomness random;
    crypto::random_bytes(random.code);
    random.ephemeral = crypto::KeyPair::generate();
    crypto::random_bytes(random.salt);
    crypto::random_bytes(random.iv);
    return random;
}

FinishRandomness FinishRandomness::fresh() {
    FinishRandomness random;
    crypto::random_bytes(random.adv_random);
    crypto::random_bytes(random.bundle_salt);
    crypto::random_bytes(random.bundle_nonce);
    return random;
}

CodePairing start_code_pairing(std::string phone, const HelloRandomness& random) {
    CodePairing pairing;
    pairing.code = code_from(random.code);
    pairing.phone = std::move(phone);
    pairing.ephemeral = random.ephemeral;
    const auto wrapped = detail::wrap_ephemeral(pairing.code, random.ephemeral.public_key, random.salt, random.iv);
    pairing.wrapped_ephemeral = common::to_bytes(ByteView{wrapped});
    return pairing;
}

namespace {

Node bytes_node(std::string_view tag, ByteView bytes) { return Node{tag, {}, common::to_bytes(bytes)}; }

Node stage_node(const CodePairing& pairing, std::string_view stage) {
    return Node{"link_code_companion_reg", {{"jid", Jid{pairing.phone, server::user}}, {"stage", stage}}};
}

}  // namespace

Node companion_hello(const CodePairing& pairing, const storage::Account& account, const CodeDisplay& display) {
    Node hello = stage_node(pairing, "companion_hello");
    hello.set("should_show_push_notification", display.push_notification ? "true" : "false");
    hello.add(bytes_node("link_code_pairing_wrapped_companion_ephemeral_pub", pairing.wrapped_ephemeral));
    hello.add(bytes_node("companion_server_auth_key_pub", account.noise.public_key));
    hello.add(Node{"companion_platform_id", {}, display.client_type});
    hello.add(Node{"companion_platform_display", {}, display.name});
    hello.add(Node{"link_code_pairing_nonce", {}, Bytes{0}});
    return stanza::iq_set("md", {std::move(hello)});
}

Result<Bytes> parse_hello_reply(const Node& iq) {
    const Node* answer = iq.child("link_code_companion_reg");
    if (!answer || iq.text("type") == "error") return Errc::refused;
    const ByteView ref = detail::child_bytes(*answer, "link_code_pairing_ref");
    if (ref.empty() || ref.size() > 1024) return Errc::malformed_hello;
    return common::to_bytes(ref);
}

CodeStage code_stage(const Node& notification) {
    const Node* message = notification.child("link_code_companion_reg");
    if (!message || notification.text("type") != "link_code_companion_reg") return CodeStage::unknown;
    const std::string stage = message->text("stage");
    if (stage == "primary_hello") return CodeStage::primary_hello;
    return stage == "refresh_code" ? CodeStage::refresh_code : CodeStage::unknown;
}

Result<PrimaryHello> parse_primary_hello(const Node& notification) {
    const Node* message = notification.child("link_code_companion_reg");
    if (!message) return Errc::malformed_hello;
    const ByteView wrapped = detail::child_bytes(*message, "link_code_pairing_wrapped_primary_ephemeral_pub");
    const auto identity = common::to_array<32>(detail::child_bytes(*message, "primary_identity_pub"));
    const ByteView ref = detail::child_bytes(*message, "link_code_pairing_ref");
    if (wrapped.size() < 80 || !identity || ref.empty()) return Errc::malformed_hello;
    PrimaryHello hello;
    std::copy_n(wrapped.begin(), 80, hello.wrapped_ephemeral.begin());
    hello.identity = *identity;
    hello.ref = common::to_bytes(ref);
    return hello;
}

Result<CodeFinish> finish_code_pairing(
    const CodePairing& pairing,
    const PrimaryHello& hello,
    const storage::Account& account,
    const FinishRandomness& random
) {
    if (pairing.ref.empty() || hello.ref != pairing.ref) return Errc::unknown_ref;
    const auto phone_ephemeral = detail::unwrap_ephemeral(pairing.code, hello.wrapped_ephemeral);
    const auto ephemeral_secret = crypto::x25519(pairing.ephemeral.private_key, phone_ephemeral);
    const auto identity_secret = crypto::x25519(account.identity.private_key, hello.identity);
    if (!ephemeral_secret || !identity_secret) return Errc::weak_key;

    const auto key = detail::bundle_key(*ephemeral_secret, random.bundle_salt);
    const common::SecretBytes bundle{common::concat({account.identity.public_key, hello.identity, random.adv_random})};
    const Bytes sealed = crypto::aes_gcm_seal(key.view(), random.bundle_nonce, {}, bundle.view());
    const Bytes wrapped_bundle = common::concat({random.bundle_salt, random.bundle_nonce, sealed});

    Node finish = stage_node(pairing, "companion_finish");
    finish.add(bytes_node("link_code_pairing_wrapped_key_bundle", wrapped_bundle));
    finish.add(bytes_node("companion_identity_public", account.identity.public_key));
    finish.add(bytes_node("link_code_pairing_ref", pairing.ref));
    CodeFinish result;
    result.request = stanza::iq_set("md", {std::move(finish)});
    result.adv_secret = detail::shared_adv_secret(*ephemeral_secret, *identity_secret, random.adv_random);
    return result;
}

}  // namespace bridge::whatsapp::pairing
