/// One-time pre-keys at the server: ours (count, upload, digest) and those of other devices (fetch). Nodes in, nodes
/// out; making, storing and deciding when is for others (protocol part 1, sections 8.5 and 8.6; part 2, section 3).
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/signal/signal.hpp"
#include "bridge/whatsapp/storage/storage.hpp"
#include "common/bytes/bytes.hpp"
#include "common/crypto/crypto.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bridge::whatsapp::prekeys {

using common::Bytes;
using common::ByteView;
using common::Result;
using common::Status;

enum class Errc { malformed = 1, not_registered, refused };
common::ErrcInfo describe(Errc code) noexcept;

inline constexpr std::uint32_t low_water = 5;        ///< upload when fewer are left
inline constexpr std::uint32_t initial_batch = 812;  ///< when the server has none
inline constexpr std::uint32_t batch = 50;

/// How many of our one-time pre-keys the server still holds.
/// Wire: <iq type="get" xmlns="encrypt"><count/></iq> -> <iq type="result"><count [value="N"]/></iq>
struct PreKeyCount {
    using Reply = std::uint32_t;
    Node request() const;
    static Result<Reply> parse(const Node& iq);
};

/// Adds one-time pre-keys to those at the server. The keys must be stored before and marked uploaded after.
/// Wire: <iq type="set" xmlns="encrypt"><registration/><type/><identity/><list><key/>...</list><skey/></iq> -> empty
/// result
class PreKeyUpload {
public:
    using Reply = void;
    PreKeyUpload(const storage::Account& account, std::vector<storage::PreKey> keys);
    Node request() const { return request_; }
    static Status parse(const Node& iq);

private:
    Node request_;
};

/// What the server believes our keys are.
struct Digest {
    std::uint32_t registration_id{0};
    common::crypto::PublicKey identity{};
    std::uint32_t signed_pre_key_id{0};
    std::vector<std::uint32_t> pre_key_ids;  ///< in the order that the hash covers them
    common::ByteArray<20> hash{};
};

/// The answer 404 (`stanza::Errc::item_not_found`) means that the server has no keys of ours: upload a full batch.
/// Wire: <iq type="get" xmlns="encrypt"><digest/></iq> ->
/// <digest><registration/><type/><identity/><skey/><list/><hash/></digest>
struct DigestCheck {
    using Reply = Digest;
    Node request() const;
    static Result<Reply> parse(const Node& iq);
};

/// SHA-1 over identity, signed pre-key, its signature and the one-time public keys in list order.
common::ByteArray<20> key_digest(
    const storage::Account& account, std::span<const common::crypto::PublicKey> one_time_keys
);

/// Whether the server has what we have; `listed` are our keys with the ids of `digest.pre_key_ids`, in that order.
bool agrees(const Digest& digest, const storage::Account& account, std::span<const storage::PreKey> listed);

/// `<notification type="encrypt"><digest/></notification>`: the server asks us to look at its digest.
bool asks_for_digest(const Node& notification);

/// `<notification type="encrypt"><count value="N"/></notification>`: N. Nothing for other notifications.
std::optional<std::uint32_t> parse_low_water(const Node& notification);

/// Keys of one device, or why there are none: `not_registered` (406) means that the device is gone.
struct FetchedKeys {
    Jid device;
    Result<signal::PreKeyBundle> bundle;
    Bytes device_identity;  ///< ADVSignedDeviceIdentity of a companion; empty for a primary
};

/// Takes one one-time pre-key of each device from the server: ask only for devices without a usable session.
/// Wire: <iq type="get" xmlns="encrypt"><key><user jid reason="identity"/>...</key></iq> -> <list><user
/// jid>...</user>...</list>
struct KeyFetch {
    std::vector<Jid> devices;

    using Reply = std::vector<FetchedKeys>;  ///< as the server ordered them; match by JID
    Node request() const;
    static Result<Reply> parse(const Node& iq);
};

}  // namespace bridge::whatsapp::prekeys
