/// What this device says about itself in the handshake: registration while unlinked, login afterwards (protocol part 1,
/// section 5).
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/crypto/crypto.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace bridge::whatsapp::pairing {

/// Everything that goes into both payloads.
struct ClientIdentity {
    std::uint32_t registration_id{0};
    common::crypto::PublicKey identity{};
    std::uint32_t signed_pre_key_id{1};
    common::crypto::PublicKey signed_pre_key{};
    common::crypto::Signature signed_pre_key_signature{};
    std::array<std::uint32_t, 3> version{};  ///< of the web client that we speak like: 2.3000.build
    std::string device_name{"Linux"};        ///< shown by the phone under Linked devices
    std::array<std::uint32_t, 3> device_version{0, 1, 0};
    int platform_type{1};           ///< DeviceProps.PlatformType; 1 is Chrome
    bool require_full_sync{false};  ///< asks the phone for the full history
    std::string os_version{"0.1"};
};

/// DeviceProps: name, kind and the history this device can take.
common::Bytes device_props(const ClientIdentity& identity);
/// Presents the keys; the server answers with pair-device.
common::Bytes registration_payload(const ClientIdentity& identity);
/// For the own JID with its device; the server answers with success or failure.
common::Bytes login_payload(const ClientIdentity& identity, const Jid& own);

}  // namespace bridge::whatsapp::pairing
