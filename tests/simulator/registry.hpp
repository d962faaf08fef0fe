/// Who exists: accounts, their devices, the keys each device uploaded and what waits for it. No I/O, no protocol.
///
/// Every account has a phone number and a LID; both address the same devices. Device 0 is the scripted phone.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "common/bytes/bytes.hpp"
#include "common/crypto/crypto.hpp"
#include "tests/simulator/group.hpp"
#include "tests/simulator/profile.hpp"
#include "tests/simulator/recent_ids.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace simulator {

using common::Bytes;
using common::ByteView;

class Connection;

struct OneTimeKey {
    std::uint32_t id{0};
    Bytes key;
};

/// The public keys a device published: what others build Signal sessions from.
struct PublishedKeys {
    std::uint32_t registration_id{0};
    common::crypto::PublicKey identity{};
    std::uint32_t signed_id{0};
    Bytes signed_key;
    Bytes signature;
    std::deque<OneTimeKey> one_time;
};

/// A stanza that stays until the device confirms it.
struct Queued {
    Node stanza;
    bool sent{false};  ///< on the connection of now
};

struct Device {
    std::uint16_t number{0};
    std::string platform;
    common::crypto::PublicKey noise{};
    PublishedKeys keys;
    Bytes identity_record;  ///< ADVSignedDeviceIdentity with both signatures; empty for the phone
    std::uint32_t key_index{0};
    std::deque<Queued> queue;
    RecentIds accepted;
    std::map<std::string, Space> subscriptions;  ///< phones whose presence it wants, on this connection
    Connection* connection{nullptr};
    bool active{false};     ///< said <active/> on this connection
    bool available{false};  ///< presence
    bool held{false};       ///< connected but deaf: nothing is delivered
};

struct Account {
    std::string phone;
    std::string lid;
    std::string name;
    common::crypto::KeyPair identity;  ///< of the phone: signs the companions
    std::uint32_t raw_id{0};
    std::uint32_t last_key_index{0};
    std::map<std::uint16_t, Device> devices;
    std::set<std::string> contacts;  ///< phones it exchanged messages with: they hear of changes
    Profile profile;
    std::set<std::string> status_audience;  ///< phones its last status went to

    Jid jid(Space space, std::uint16_t device = 0) const { return person(phone, space, device); }
    /// ADVSignedKeyIndexList of the companions of now.
    Bytes signed_key_index_list(std::uint64_t timestamp) const;
    std::vector<Jid> device_jids(Space space) const;
};

class Registry {
public:
    /// The account of that number, made if there is none yet. The LID follows from the number.
    Account& add(std::string_view phone, std::string_view name);
    Account* find(std::string_view phone);
    Account* find(const Jid& jid);  ///< PN or LID, any device
    Device* find_device(const Jid& jid);
    /// The first companion that presented this noise key under that number.
    Device* find_companion(std::string_view phone, std::uint16_t device, const common::crypto::PublicKey& noise);
    std::map<std::string, Account, std::less<>>& accounts() noexcept { return accounts_; }

    Group& add_group(Group group);
    Group* find_group(const Jid& jid);
    std::map<std::string, Group, std::less<>>& groups() noexcept { return groups_; }
    /// Every device of every member, in the group's address space: what the participant hash covers.
    std::vector<Jid> group_devices(const Group& group);
    /// Phones of everybody who hears of changes of that account: contacts and members of its groups, without itself.
    std::set<std::string> acquaintances(const Account& account) const;

private:
    std::map<std::string, Account, std::less<>> accounts_;  ///< by phone
    std::map<std::string, Group, std::less<>> groups_;      ///< by id
};

/// Whether `owner` lets `viewer` see what that privacy setting is about.
bool shows(const Account& owner, const Account& viewer, const std::string& category);

/// "2:" and eight characters over the canonical device list (protocol part 2, section 2.4).
std::string participant_hash(const std::vector<Jid>& devices);

/// One bundle as `<user>` of a pre-key answer; consumes a one-time key if there is one.
Node take_bundle(Device& device, const Jid& as);

}  // namespace simulator
