/// One class a port; each is a few statements over the shared database.
#pragma once

#include "bridge/keystore/detail/rows.hpp"
#include "bridge/whatsapp/storage/storage.hpp"
#include "common/sqlite/sqlite.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace bridge::keystore::detail {

namespace storage = whatsapp::storage;
namespace events = whatsapp::events;
using common::Bytes;
using common::ByteView;
using common::Result;
using common::Status;
using storage::Address;
using whatsapp::Jid;

class Accounts final : public storage::AccountStore {
public:
    explicit Accounts(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::optional<storage::Account>> load() override;
    Status save(const storage::Account& account) override;
    Status forget_link() override;

private:
    common::sqlite::Database& database_;
};

class Sessions final : public storage::SessionStore {
public:
    explicit Sessions(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::optional<Bytes>> load(const Address& address) override;
    Status save(const Address& address, ByteView record) override;
    Status remove(const Address& address) override;
    Result<std::vector<std::int32_t>> devices(const std::string& name) override;
    Status remove_all(const std::string& name) override;
    Status migrate(const std::string& from, const std::string& to) override;

private:
    common::sqlite::Database& database_;
};

class Identities final : public storage::IdentityStore {
public:
    explicit Identities(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::optional<common::crypto::PublicKey>> load(const Address& address) override;
    Result<bool> save(const Address& address, const common::crypto::PublicKey& key) override;
    Status remove_all(const std::string& name) override;
    Status migrate(const std::string& from, const std::string& to) override;

private:
    common::sqlite::Database& database_;
};

class PreKeys final : public storage::PreKeyStore {
public:
    explicit PreKeys(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::optional<storage::PreKey>> load(std::uint32_t id) override;
    Result<std::vector<storage::PreKey>> generate(std::size_t count) override;
    Result<std::vector<storage::PreKey>> not_uploaded(std::size_t limit) override;
    Status mark_uploaded(const std::vector<std::uint32_t>& ids) override;
    Result<std::size_t> count_uploaded() override;
    Status remove(std::uint32_t id) override;

private:
    Result<std::uint32_t> next_id();
    common::sqlite::Database& database_;
};

class SignedPreKeys final : public storage::SignedPreKeyStore {
public:
    explicit SignedPreKeys(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::optional<storage::SignedPreKey>> load(std::uint32_t id) override;
    Status save(const storage::SignedPreKey& key) override;

private:
    common::sqlite::Database& database_;
};

class SenderKeys final : public storage::SenderKeyStore {
public:
    explicit SenderKeys(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::optional<Bytes>> load(const std::string& group, const Address& sender) override;
    Status save(const std::string& group, const Address& sender, ByteView record) override;
    Status remove(const std::string& group, const Address& sender) override;
    Status migrate(const std::string& from, const std::string& to) override;

private:
    common::sqlite::Database& database_;
};

class Mappings final : public storage::MappingStore {
public:
    explicit Mappings(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::optional<Jid>> lid_of(const Jid& pn) override;
    Result<std::optional<Jid>> pn_of(const Jid& lid) override;
    Result<bool> save(const events::Mapping& mapping) override;
    /// What is remembered may have been rolled back.
    void forget() noexcept { lids_.clear(); }

private:
    static constexpr std::size_t most_remembered = 4096;
    common::sqlite::Database& database_;
    std::unordered_map<std::string, std::optional<Jid>> lids_;  ///< by number: every message asks for its sender's
};

class DeviceLists final : public storage::DeviceListStore {
public:
    explicit DeviceLists(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::optional<storage::DeviceList>> load(const Jid& user) override;
    Status save(const Jid& user, const storage::DeviceList& list) override;
    Status remove(const Jid& user) override;

private:
    common::sqlite::Database& database_;
};

class InboxTable final : public storage::Inbox {
public:
    explicit InboxTable(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::int64_t> put(const events::IncomingMessage& message) override;
    Result<std::vector<events::IncomingMessage>> all(std::size_t limit) override;
    Status remove(const std::vector<std::int64_t>& inbox_ids) override;

private:
    common::sqlite::Database& database_;
};

class RetryCounts final : public storage::RetryCountStore {
public:
    explicit RetryCounts(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<int> bump(const Jid& chat, const Jid& sender, const std::string& id, int at_least, common::UnixTime now)
        override;
    Status remove(const Jid& chat, const Jid& sender, const std::string& id) override;
    Status prune(common::UnixTime before) override;

private:
    common::sqlite::Database& database_;
};

class Outbox final : public storage::OutboxStore {
public:
    explicit Outbox(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::int64_t> add(const storage::OutboxEntry& entry) override;
    Result<std::vector<storage::OutboxEntry>> pending(std::size_t limit) override;
    Result<std::vector<storage::OutboxEntry>> due(common::UnixTime now, std::size_t limit) override;
    Result<std::optional<common::UnixTime>> next_due(common::UnixTime now) override;
    Result<bool> cancel(const std::string& id) override;
    Status set_state(const std::string& id, storage::OutboxState state) override;
    Result<bool> begin_attempt(const std::string& id) override;
    Status set_uploaded(const std::string& id, const Bytes& content) override;
    Result<std::optional<storage::OutboxEntry>> find(const std::string& id) override;
    Result<std::optional<storage::OutboxEntry>> find_by_key(const std::string& idempotency_key) override;
    Result<int> bump_resend(const std::string& id, const Jid& requester) override;
    Status prune(common::UnixTime before) override;

private:
    common::sqlite::Database& database_;
};

class PrivacyTokens final : public storage::PrivacyTokenStore {
public:
    explicit PrivacyTokens(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::optional<storage::PrivacyToken>> load(const Jid& user) override;
    Status save(const Jid& user, const storage::PrivacyToken& token) override;

private:
    common::sqlite::Database& database_;
};

class Groups final : public storage::GroupStore {
public:
    explicit Groups(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::optional<events::GroupInfo>> load(const Jid& group) override;
    Status save(const events::GroupInfo& info) override;
    Status remove(const Jid& group) override;

private:
    Result<std::vector<events::GroupMember>> members(const std::string& group);
    common::sqlite::Database& database_;
};

class KeyHolders final : public storage::KeyHolderStore {
public:
    explicit KeyHolders(common::sqlite::Database& database) noexcept : database_{database} {}
    Result<std::vector<Jid>> holders(const Jid& group) override;
    Status add(const Jid& group, const std::vector<Jid>& devices) override;
    Status remove(const Jid& group, const Jid& device) override;
    Status clear(const Jid& group) override;
    Status remove_user(const Jid& user) override;

private:
    common::sqlite::Database& database_;
};

}  // namespace bridge::keystore::detail
