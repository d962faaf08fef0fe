/// The passkey step that some accounts ask for after the scan (protocol part 1, section 7.5).
///
/// Order: notification `passkey_prologue_request` -> `start_passkey` (store the new ADV secret) -> the user's browser
/// signs `options_json` -> ask `passkey_ref_request` -> `passkey_prologue` -> notification `crsc_continuation` ->
/// `continue_passkey` -> its `companion_nonce` -> confirmation when asked for -> `encrypted_pairing_request` ->
/// pair-success.
#pragma once

#include "bridge/whatsapp/pairing/pairing.hpp"

namespace bridge::whatsapp::pairing {

/// How long the proof that this client showed the scanned QR code is good for.
inline constexpr std::chrono::seconds handoff_lifetime{300};

struct PasskeyStart {
    std::string options_json;         ///< WebAuthn PublicKeyCredentialRequestOptions, binary values base64url
    common::SecretBytes handoff_key;  ///< from the ADV secret of the scanned code
    common::SecretBytes adv_secret;   ///< new: replaces the account's at once, so that shown QR codes are void
};
bool is_passkey_request(const Node& notification) noexcept;
/// `new_adv_secret` is 32 random bytes. Fails when the options are not a JSON object: then ask
/// `passkey_options_request`, whose answer this reads as well.
Result<PasskeyStart> start_passkey(const Node& node, const storage::Account& account, ByteView new_adv_secret);
Node passkey_options_request();

/// What a browser gives: `{"id","rawId","type","response":{...}}`, binary values base64url.
struct Assertion {
    Bytes credential_id;  ///< rawId
    std::string json;     ///< whole, as it was given
};
Result<Assertion> parse_assertion(std::string_view json);

Node passkey_ref_request();
Result<std::string> parse_passkey_ref(const Node& iq);

struct PasskeyRandomness {
    common::crypto::KeyPair ephemeral;
    common::ByteArray<32> nonce{};

    static PasskeyRandomness fresh();
};
/// One attempt, from the prologue to the pairing request.
struct PasskeyPairing {
    std::string ref;
    std::uint32_t device_type{1};  ///< DeviceProps.platformType of the registration
    PasskeyRandomness random;
    Bytes prologue;          ///< ProloguePayload
    bool handed_off{false};  ///< the proof went along: no comparison of codes is needed
};
struct PasskeyPrologue {
    PasskeyPairing pairing;
    Node request;
};
/// `handoff_key` is empty when it has expired.
PasskeyPrologue passkey_prologue(
    std::string ref,
    std::uint32_t device_type,
    PasskeyRandomness random,
    const Assertion& assertion,
    ByteView handoff_key
);

struct PasskeyContinuation {
    Node companion_nonce;  ///< to be sent at once
    std::string code;      ///< "ABCD-EFGH", to be compared with the phone's
    bool needs_confirmation{true};
    common::SecretBytes key;  ///< for the pairing request
};
bool is_passkey_continuation(const Node& notification) noexcept;
Result<PasskeyContinuation> continue_passkey(const Node& notification, const PasskeyPairing& pairing);

/// After confirmation: noise key, identity key and ADV secret, sealed for the phone. `iv` is random.
Node encrypted_pairing_request(
    const PasskeyContinuation& continuation, const storage::Account& account, const common::ByteArray<12>& iv
);

}  // namespace bridge::whatsapp::pairing
