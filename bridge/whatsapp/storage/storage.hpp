/// Ports: what the protocol rooms need kept. Plain synchronous functions, called only on the storage executor and, for
/// anything that writes, inside a `Transaction`. Implementations: `bridge/keystore` (whatsapp.db), tests/support
/// (memory).
#pragma once

#include "bridge/whatsapp/events/events.hpp"
#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"
#include "common/crypto/crypto.hpp"
#include "common/result/result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bridge::whatsapp::storage {

using common::Bytes;
using common::ByteView;
using common::Result;
using common::Status;

/// Local Signal address of a device: `Jid::signal_name()` and device number.
struct Address {
    std::string name;
    std::int32_t device{0};
    friend auto operator<=>(const Address&, const Address&) = default;
};
inline Address address_of(const Jid& jid) { return {jid.signal_name(), jid.device}; }

struct SignedPreKey {
    std::uint32_t id{1};
    common::crypto::KeyPair pair;
    common::crypto::Signature signature{};
    common::UnixTime created{};
};

/// The long-lived secrets and facts of this linked device (protocol part 1, section 0.2).
struct Account {
    std::uint32_t registration_id{0};  ///< 1..16380
    common::crypto::KeyPair noise;
    common::crypto::KeyPair identity;
    SignedPreKey signed_pre_key;
    common::SecretBytes adv_secret;
    Jid jid;  ///< own PN with device; empty until linked
    Jid lid;  ///< own LID with device; may be empty
    std::string push_name;
    std::string platform;  ///< of the phone: "android", "iphone", "smba" ...
    std::string business_name;
    Bytes device_identity;  ///< ADVSignedDeviceIdentity, complete with both signatures and accountSignatureKey
    Bytes routing_info;
    common::UnixTime linked_at{};

    bool linked() const noexcept { return !jid.empty(); }
};

class AccountStore {
public:
    virtual ~AccountStore() = default;
    virtual Result<std::optional<Account>> load() = 0;
    /// Also puts the current signed pre-key into the `SignedPreKeyStore`.
    virtual Status save(const Account& account) = 0;
    /// After a logout: every table that belongs to the link (sessions, keys, lists, tokens, the account); keeps LID
    /// mappings and the outbox.
    virtual Status forget_link() = 0;
};

class SessionStore {
public:
    virtual ~SessionStore() = default;
    virtual Result<std::optional<Bytes>> load(const Address& address) = 0;
    virtual Status save(const Address& address, ByteView record) = 0;
    virtual Status remove(const Address& address) = 0;
    virtual Result<std::vector<std::int32_t>> devices(const std::string& name) = 0;
    /// All devices of one name.
    virtual Status remove_all(const std::string& name) = 0;
    /// PN -> LID migration: every session of `from` moves to `to` where `to` has none; the rest of `from` is deleted.
    virtual Status migrate(const std::string& from, const std::string& to) = 0;
};

class IdentityStore {
public:
    virtual ~IdentityStore() = default;
    virtual Result<std::optional<common::crypto::PublicKey>> load(const Address& address) = 0;
    /// True when a different key was known before.
    virtual Result<bool> save(const Address& address, const common::crypto::PublicKey& key) = 0;
    virtual Status remove_all(const std::string& name) = 0;
    virtual Status migrate(const std::string& from, const std::string& to) = 0;
};

struct PreKey {
    std::uint32_t id{0};
    common::crypto::KeyPair pair;
};

class PreKeyStore {
public:
    virtual ~PreKeyStore() = default;
    virtual Result<std::optional<PreKey>> load(std::uint32_t id) = 0;
    /// `count` fresh keys with the next ids (24 bit, wrapping to 1, never an id in use), marked not uploaded.
    virtual Result<std::vector<PreKey>> generate(std::size_t count) = 0;
    virtual Result<std::vector<PreKey>> not_uploaded(std::size_t limit) = 0;
    virtual Status mark_uploaded(const std::vector<std::uint32_t>& ids) = 0;
    virtual Result<std::size_t> count_uploaded() = 0;
    virtual Status remove(std::uint32_t id) = 0;
};

/// Old signed pre-keys stay readable: messages built on the previous one still arrive.
class SignedPreKeyStore {
public:
    virtual ~SignedPreKeyStore() = default;
    virtual Result<std::optional<SignedPreKey>> load(std::uint32_t id) = 0;
    virtual Status save(const SignedPreKey& key) = 0;
};

class SenderKeyStore {
public:
    virtual ~SenderKeyStore() = default;
    virtual Result<std::optional<Bytes>> load(const std::string& group, const Address& sender) = 0;
    virtual Status save(const std::string& group, const Address& sender, ByteView record) = 0;
    virtual Status remove(const std::string& group, const Address& sender) = 0;
    /// In all groups: what `from` has moves to `to` where `to` has none; the rest of `from` is deleted.
    virtual Status migrate(const std::string& from, const std::string& to) = 0;
};

/// PN <-> LID, unique on both sides; the last write wins.
class MappingStore {
public:
    virtual ~MappingStore() = default;
    virtual Result<std::optional<Jid>> lid_of(const Jid& pn) = 0;  ///< bare in, bare out
    virtual Result<std::optional<Jid>> pn_of(const Jid& lid) = 0;
    /// True when this is news.
    virtual Result<bool> save(const events::Mapping& mapping) = 0;
};

/// Known devices of one user (bare JID, either form).
struct DeviceList {
    std::vector<std::uint16_t> devices;  ///< 0 first
    std::uint32_t raw_id{0};
    common::UnixTime fetched{};
};

class DeviceListStore {
public:
    virtual ~DeviceListStore() = default;
    virtual Result<std::optional<DeviceList>> load(const Jid& user) = 0;
    virtual Status save(const Jid& user, const DeviceList& list) = 0;
    virtual Status remove(const Jid& user) = 0;
};

/// Opened messages on their way to the message store (design section 7.1).
class Inbox {
public:
    virtual ~Inbox() = default;
    /// Returns the row's id. The same (chat, sender account, id) again replaces the row.
    virtual Result<std::int64_t> put(const events::IncomingMessage& message) = 0;
    /// Oldest first.
    virtual Result<std::vector<events::IncomingMessage>> all(std::size_t limit) = 0;
    virtual Status remove(const std::vector<std::int64_t>& inbox_ids) = 0;
};

/// How often a message was asked for again, by us.
class RetryCountStore {
public:
    virtual ~RetryCountStore() = default;
    /// Adds one and returns the new count; `at_least` is the count seen on the stanza.
    virtual Result<int> bump(
        const Jid& chat, const Jid& sender, const std::string& id, int at_least, common::UnixTime now
    ) = 0;
    virtual Status remove(const Jid& chat, const Jid& sender, const std::string& id) = 0;
    /// Forgets messages that were last asked for before `before`.
    virtual Status prune(common::UnixTime before) = 0;
};

enum class OutboxState { queued, sending, acknowledged, failed, cancelled };
inline bool is_finished(OutboxState state) noexcept { return state >= OutboxState::acknowledged; }

/// A send: durable from the 2xx on, kept after the acknowledgement to answer retry receipts (7 days).
struct OutboxEntry {
    std::int64_t seq{0};  ///< order of acceptance
    std::string id;       ///< message id: the same in every attempt
    Jid chat;             ///< bare, as the caller addressed it
    Bytes content;        ///< wa.e2e.Message
    OutboxState state{OutboxState::queued};
    common::UnixTime created{};
    int attempts{0};
    std::string idempotency_key;    ///< "" for none
    common::UnixTime not_before{};  ///< scheduled sends wait until then; the epoch for at once
    Bytes addon;                    ///< what stands sealed inside `content` (vote, reaction ...); else empty
    std::string attachment;         ///< encrypted file that has to be uploaded first; "" for none (any more)
};

class OutboxStore {
public:
    virtual ~OutboxStore() = default;
    /// Fails with `sqlite constraint`-like conflict kind when the id or the idempotency key exists.
    virtual Result<std::int64_t> add(const OutboxEntry& entry) = 0;
    virtual Result<std::vector<OutboxEntry>> pending(std::size_t limit) = 0;  ///< queued or sending, by seq
    /// Pending ones whose time has come.
    virtual Result<std::vector<OutboxEntry>> due(common::UnixTime now, std::size_t limit) = 0;
    /// When the next scheduled send is due; nothing when none waits.
    virtual Result<std::optional<common::UnixTime>> next_due(common::UnixTime now) = 0;
    /// queued -> cancelled; false when it is not queued (any more).
    virtual Result<bool> cancel(const std::string& id) = 0;
    virtual Status set_state(const std::string& id, OutboxState state) = 0;
    /// Pending -> sending, counted; false when it was cancelled or has ended meanwhile.
    virtual Result<bool> begin_attempt(const std::string& id) = 0;
    /// The attachment of a pending send is where `content` says now.
    virtual Status set_uploaded(const std::string& id, const Bytes& content) = 0;
    virtual Result<std::optional<OutboxEntry>> find(const std::string& id) = 0;
    virtual Result<std::optional<OutboxEntry>> find_by_key(const std::string& idempotency_key) = 0;
    /// Counts retry resends of `id` to `requester`; returns the new count.
    virtual Result<int> bump_resend(const std::string& id, const Jid& requester) = 0;
    /// Forgets finished entries that were accepted, and due, before `before`.
    virtual Status prune(common::UnixTime before) = 0;
};

/// Trusted-contact tokens (protocol part 2, section 4.8); `user` is the bare LID where known, else PN.
struct PrivacyToken {
    Bytes token;                  ///< empty: only issued
    common::UnixTime received{};  ///< `t` of the token
    common::UnixTime issued{};    ///< when ours was last issued to them
};

class PrivacyTokenStore {
public:
    virtual ~PrivacyTokenStore() = default;
    virtual Result<std::optional<PrivacyToken>> load(const Jid& user) = 0;
    virtual Status save(const Jid& user, const PrivacyToken& token) = 0;
};

/// Groups as last heard of.
class GroupStore {
public:
    virtual ~GroupStore() = default;
    virtual Result<std::optional<events::GroupInfo>> load(const Jid& group) = 0;
    virtual Status save(const events::GroupInfo& info) = 0;
    virtual Status remove(const Jid& group) = 0;
};

/// Devices that have our sender key of a group (or of status@broadcast): who is not in here gets it with the next send
/// (protocol part 2, section 5.1).
class KeyHolderStore {
public:
    virtual ~KeyHolderStore() = default;
    virtual Result<std::vector<Jid>> holders(const Jid& group) = 0;
    virtual Status add(const Jid& group, const std::vector<Jid>& devices) = 0;
    virtual Status remove(const Jid& group, const Jid& device) = 0;
    /// After a rotation.
    virtual Status clear(const Jid& group) = 0;
    /// All devices of a user, in all groups: the user registered anew.
    virtual Status remove_user(const Jid& user) = 0;
};

/// Rolls back when destroyed without `commit`.
class Transaction {
public:
    virtual ~Transaction() = default;
    virtual Status commit() = 0;
};

/// All ports over one database.
class Storage {
public:
    virtual ~Storage() = default;
    virtual Result<std::unique_ptr<Transaction>> begin() = 0;
    virtual AccountStore& account() = 0;
    virtual SessionStore& sessions() = 0;
    virtual IdentityStore& identities() = 0;
    virtual PreKeyStore& pre_keys() = 0;
    virtual SignedPreKeyStore& signed_pre_keys() = 0;
    virtual SenderKeyStore& sender_keys() = 0;
    virtual MappingStore& mappings() = 0;
    virtual DeviceListStore& device_lists() = 0;
    virtual Inbox& inbox() = 0;
    virtual RetryCountStore& retry_counts() = 0;
    virtual OutboxStore& outbox() = 0;
    virtual PrivacyTokenStore& privacy_tokens() = 0;
    virtual GroupStore& groups() = 0;
    virtual KeyHolderStore& key_holders() = 0;
};

}  // namespace bridge::whatsapp::storage
