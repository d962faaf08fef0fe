/// The phone's side of linking (protocol part 1, sections 6.6 and 7.4): for the simulator and tests.
#pragma once

#include "bridge/whatsapp/pairing/code_pairing.hpp"

namespace bridge::whatsapp::pairing::primary {

/// What a phone reads from a QR text.
struct ScannedCode {
    std::string ref;
    common::crypto::PublicKey noise{};
    common::crypto::PublicKey identity{};
    common::SecretBytes adv_secret;
    std::string client_type;
};
/// With or without the URL in front.
Result<ScannedCode> parse_qr(std::string_view text);

/// Facts of the account that a device identity holds.
struct Issue {
    std::uint32_t raw_id{0};  ///< constant for the account
    common::UnixTime timestamp{};
    std::uint32_t key_index{1};  ///< 1, 2 ... for each companion
    bool hosted{false};
};
/// ADVSignedDeviceIdentityHMAC: content of `<device-identity>` in pair-success.
Bytes adv_container(
    const common::crypto::KeyPair& phone,
    const Issue& issue,
    const common::crypto::PublicKey& companion,
    ByteView adv_secret
);
/// ADVSignedKeyIndexList: content of `<key-index-list>`, shown to other users.
Bytes signed_key_index_list(
    const common::crypto::KeyPair& phone, const Issue& newest, const std::vector<std::uint32_t>& valid_indexes
);

struct PairSuccess {
    std::string id;
    common::UnixTime time{};
    Jid jid;  ///< with the companion's device number
    Jid lid;
    std::string platform{"android"};
    std::string business_name;
    Bytes container;
};
Node pair_success(const PairSuccess& facts);

/// The server's check of pair-device-sign; gives the identity as it is handed out to others (fields 1, 3, 4).
Result<Bytes> verify_pair_device_sign(
    const Node& reply, const common::crypto::PublicKey& companion, const common::crypto::PublicKey& phone
);

/// The phone's half of code pairing, after the user has typed the code.
struct CodeEntry {
    Node primary_hello;  ///< the `link_code_companion_reg` child of the notification
    common::crypto::KeyPair ephemeral;
    common::crypto::PublicKey companion_ephemeral{};
};
struct EntryRandomness {
    common::crypto::KeyPair ephemeral;
    common::ByteArray<32> salt{};
    common::ByteArray<16> iv{};

    static EntryRandomness fresh();
};
/// Slow. `wrapped` is the companion's wrapped ephemeral key (80 bytes).
Result<CodeEntry> enter_code(
    std::string_view code,
    ByteView wrapped,
    ByteView ref,
    const common::crypto::PublicKey& phone_identity,
    const EntryRandomness& random
);
/// From companion_finish: the ADV secret both sides now share and the companion's identity. Fails when the code was
/// wrong.
struct CodeResult {
    common::SecretBytes adv_secret;
    common::crypto::PublicKey companion_identity{};
};
Result<CodeResult> finish_code(
    const Node& companion_finish, const CodeEntry& entry, const common::crypto::KeyPair& phone
);

}  // namespace bridge::whatsapp::pairing::primary
