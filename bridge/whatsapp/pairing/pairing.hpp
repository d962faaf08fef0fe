/// Linking this device to a phone: QR codes, the identity check at the end of every way to link, a new account's
/// secrets. Protocol part 1, section 6. Nodes and bytes in, nodes and bytes out: sending, storing and waiting are
/// `client`'s.
///
/// `code_pairing.hpp` has the eight-character code, `passkey.hpp` the passkey step, `primary.hpp` the phone's side.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/jid/jid.hpp"
#include "bridge/whatsapp/storage/storage.hpp"
#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"
#include "common/crypto/crypto.hpp"
#include "common/result/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bridge::whatsapp::pairing {

using common::Bytes;
using common::ByteView;
using common::Error;
using common::Result;

enum class Errc {
    malformed_pair_device = 1,
    malformed_pair_success,
    malformed_identity,
    hmac_mismatch,
    signature_mismatch,
    vetoed,
    bad_phone_number,
    bad_code,
    refused,
    malformed_hello,
    unknown_ref,
    weak_key,
    malformed_passkey
};
common::ErrcInfo describe(Errc code) noexcept;

/// Secrets of a device that is not linked yet: registration id 1..16380, noise and identity pairs, signed pre-key 1,
/// ADV secret.
storage::Account new_account(const common::Clock& clock);

/// What the phone shows as kind of device, in QR texts and code pairing: "1" Chrome, "2" Edge, "3" Firefox, "6" Safari,
/// "9" other web client. The server refuses "0".
inline constexpr std::string_view chrome_client = "1";

/// The server's `<iq type="set"><pair-device><ref/>...`: one QR code per ref.
struct PairDevice {
    std::vector<std::string> refs;  ///< at least one
    Node reply;                     ///< to be sent at once
};
bool is_pair_device(const Node& iq) noexcept;
/// Fails unless it comes from the server and has refs, all of printable ASCII.
Result<PairDevice> parse_pair_device(const Node& iq);

/// What the phone scans: URL prefix, ref, noise key, identity key, ADV secret, client type.
std::string qr_text(
    std::string_view ref, const storage::Account& account, std::string_view client_type = chrome_client
);
/// How long the code of the n-th ref (from 0) is shown: 60 s, then 20 s each.
std::chrono::seconds qr_lifetime(std::size_t index) noexcept;

/// The link is made: everything `client` has to store before it sends `reply`.
struct Linked {
    Jid jid;                ///< own PN with device
    Jid lid;                ///< own LID with device; empty when the server gave none
    Bytes device_identity;  ///< ADVSignedDeviceIdentity with both signatures and accountSignatureKey
    std::uint32_t key_index{0};
    std::string platform;                          ///< of the phone
    std::string business_name;                     ///< "" for ordinary accounts
    common::crypto::PublicKey primary_identity{};  ///< the phone's Signal identity, for (lid user + "_1", device 0)
    std::optional<common::UnixTime> server_time;
    Node reply;  ///< pair-device-sign; afterwards the server closes with 515
};

/// The link is refused: send `reply`, then disconnect.
struct Refused {
    Error why;
    Node reply;
};

bool is_pair_success(const Node& iq) noexcept;
/// Checks the ADV identity (HMAC with the ADV secret, account signature) and signs it for this device.
std::variant<Linked, Refused> accept_pair_success(const Node& iq, const storage::Account& account);
/// For failures after the check: storing failed, or the program does not want this account (500 internal-error).
Node refusal(const Node& iq, const Error& why);

/// `account` after the link: what of `linked` it keeps.
storage::Account linked_account(storage::Account account, const Linked& linked, common::UnixTime now);

/// `<iq type="set" xmlns="md"><remove-companion-device jid reason="user_initiated"/></iq>`: log out (section 8.14).
Node logout_request(const Jid& own);

}  // namespace bridge::whatsapp::pairing
