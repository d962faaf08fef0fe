#include "bridge/whatsapp/pairing/passkey.hpp"

#include "bridge/whatsapp/pairing/code_pairing.hpp"
#include "bridge/whatsapp/pairing/detail/adv.hpp"
#include "bridge/whatsapp/stanza/stanza.hpp"
#include "common/json/json.hpp"
#include "proto/companion.pb.h"

#include <algorithm>
#include <utility>

namespace bridge::whatsapp::pairing {

namespace crypto = common::crypto;

namespace {

constexpr std::size_t longest_json = 64 * 1024;

Node bytes_node(std::string_view tag, ByteView bytes) { return Node{tag, {}, common::to_bytes(bytes)}; }

bool is_notification(const Node& node, std::string_view type) {
    return node.tag == "notification" && node.text("type") == type;
}

/// The description of this client that both sides hash and derive keys from.
Bytes prologue_payload(const std::string& ref, std::uint32_t device_type, const PasskeyRandomness& random) {
    const auto platform = static_cast<int>(device_type);
    wa::companion::CompanionEphemeralIdentity identity;
    identity.set_public_key(random.ephemeral.public_key.data(), random.ephemeral.public_key.size());
    identity.set_device_type(
        wa::companion::DeviceProps::PlatformType_IsValid(platform)
            ? static_cast<wa::companion::DeviceProps::PlatformType>(platform)
            : wa::companion::DeviceProps::UNKNOWN
    );
    identity.set_ref(ref);
    const Bytes identity_bytes = detail::to_wire(identity);
    const auto hash = crypto::sha256({identity_bytes, random.nonce});
    wa::companion::ProloguePayload payload;
    payload.set_companion_ephemeral_identity(identity_bytes.data(), identity_bytes.size());
    payload.mutable_commitment()->set_hash(hash.data(), hash.size());
    return detail::to_wire(payload);
}

std::string comparison_code(ByteView phone_nonce, ByteView own_nonce, ByteView phone_key) {
    const auto digest = crypto::sha256({own_nonce, phone_key});
    common::ByteArray<5> bits{};
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = phone_nonce[i] ^ digest[i];
    return display_code(code_from(bits));
}

}  // namespace

PasskeyRandomness PasskeyRandomness::fresh() {
    PasskeyRandomness random;
    random.ephemeral = crypto::KeyPair::generate();
    crypto::random_bytes(random.nonce);
    return random;
}

bool is_passkey_request(const Node& notification) noexcept {
    return is_notification(notification, "passkey_prologue_request");
}
bool is_passkey_continuation(const Node& notification) noexcept {
    return is_notification(notification, "crsc_continuation");
}

Node passkey_options_request() { return stanza::iq_get("md", {Node{"passkey_request_options"}}); }
Node passkey_ref_request() { return stanza::iq_get("md", {Node{"ref"}}); }

Result<PasskeyStart> start_passkey(const Node& node, const storage::Account& account, ByteView new_adv_secret) {
    const ByteView options = detail::child_bytes(node, "passkey_request_options");
    if (options.empty() || options.size() > longest_json) return Errc::malformed_passkey;
    const auto document = common::json::Document::parse(common::as_text(options));
    if (!document || !document->root().is_object()) return Errc::malformed_passkey;
    constexpr std::string_view info = "shortcake-passkey-handoff-v1";
    PasskeyStart start;
    start.options_json = common::to_string(options);
    start.handoff_key = crypto::hkdf_sha256(account.adv_secret.view(), {}, common::as_bytes(info), 32);
    start.adv_secret = common::SecretBytes{new_adv_secret};
    return start;
}

Result<Assertion> parse_assertion(std::string_view json) {
    if (json.size() > longest_json) return Errc::malformed_passkey;
    const auto document = common::json::Document::parse(json);
    if (!document || !document->root().is_object()) return Errc::malformed_passkey;
    const auto root = document->root();
    const auto response = root["response"];
    for (const std::string_view field : {"clientDataJSON", "authenticatorData", "signature"}) {
        if (!response[field].is_string()) return Error{Errc::malformed_passkey, "no response." + std::string{field}};
    }
    const auto raw_id = common::from_base64(root["rawId"].string_or(""));
    if (!raw_id || raw_id->empty()) return Error{Errc::malformed_passkey, "no rawId"};
    return Assertion{*raw_id, std::string{json}};
}

Result<std::string> parse_passkey_ref(const Node& iq) {
    const ByteView ref = detail::child_bytes(iq, "ref");
    if (ref.empty() || ref.size() > 1024) return Errc::malformed_passkey;
    return common::to_string(ref);
}

PasskeyPrologue passkey_prologue(
    std::string ref,
    std::uint32_t device_type,
    PasskeyRandomness random,
    const Assertion& assertion,
    ByteView handoff_key
) {
    PasskeyPrologue prologue;
    PasskeyPairing& pairing = prologue.pairing;
    pairing.ref = std::move(ref);
    pairing.device_type = device_type;
    pairing.random = std::move(random);
    pairing.prologue = prologue_payload(pairing.ref, device_type, pairing.random);
    pairing.handed_off = !handoff_key.empty();

    Node message{"passkey_prologue"};
    message.add(bytes_node("credential_id", assertion.credential_id));
    message.add(bytes_node("webauthn_assertion", common::as_bytes(assertion.json)));
    message.add(bytes_node("prologue_payload", pairing.prologue));
    if (pairing.handed_off) {
        const auto proof = crypto::hmac_sha256(handoff_key, pairing.prologue);
        message.add(bytes_node("pairing_handoff_proof", proof));
    }
    prologue.request = stanza::iq_set("md", {std::move(message)});
    return prologue;
}

Result<PasskeyContinuation> continue_passkey(const Node& notification, const PasskeyPairing& pairing) {
    wa::companion::PrimaryEphemeralIdentity identity;
    const ByteView bytes = detail::child_bytes(notification, "primary_ephemeral_identity");
    if (bytes.empty() || !detail::from_wire(identity, bytes)) return Errc::malformed_passkey;
    const auto phone_key = common::to_array<32>(common::as_bytes(identity.public_key()));
    const auto phone_nonce = common::to_array<32>(common::as_bytes(identity.nonce()));
    if (!phone_key || !phone_nonce) return Errc::malformed_passkey;
    const auto secret = crypto::x25519(pairing.random.ephemeral.private_key, *phone_key);
    if (!secret) return Errc::weak_key;

    const std::string salt = "Companion Pairing " + std::to_string(pairing.device_type) + " with ref " + pairing.ref;
    constexpr std::string_view info = "Pairing Information Encryption Key";
    PasskeyContinuation next;
    next.key = crypto::hkdf_sha256(secret->view(), common::as_bytes(salt), common::as_bytes(info), 32);
    next.code = comparison_code(*phone_nonce, pairing.random.nonce, *phone_key);
    next.needs_confirmation = !pairing.handed_off;
    next.companion_nonce = stanza::iq_set("md", {bytes_node("companion_nonce", pairing.random.nonce)});
    return next;
}

Node encrypted_pairing_request(
    const PasskeyContinuation& continuation, const storage::Account& account, const common::ByteArray<12>& iv
) {
    wa::companion::PairingRequest keys;
    keys.set_companion_public_key(account.noise.public_key.data(), account.noise.public_key.size());
    keys.set_companion_identity_key(account.identity.public_key.data(), account.identity.public_key.size());
    keys.set_adv_secret(account.adv_secret.view().data(), account.adv_secret.size());
    const common::SecretBytes plain{detail::to_wire(keys)};
    const Bytes sealed = crypto::aes_gcm_seal(continuation.key.view(), iv, {}, plain.view());
    wa::companion::EncryptedPairingRequest request;
    request.set_encrypted_payload(sealed.data(), sealed.size());
    request.set_iv(iv.data(), iv.size());
    return stanza::iq_set("md", {bytes_node("encrypted_pairing_request", detail::to_wire(request))});
}

}  // namespace bridge::whatsapp::pairing
