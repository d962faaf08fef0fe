#include "tests/support/memory_storage.hpp"

#include "tests/support/memory_groups.hpp"
#include "tests/support/memory_keys.hpp"
#include "tests/support/memory_lists.hpp"

namespace tests::support {

common::ErrcInfo describe(StorageErrc code) noexcept {
    switch (code) {
        case StorageErrc::exists: return {common::Kind::conflict, "entry exists"};
        case StorageErrc::transaction_open: return {common::Kind::internal, "a transaction is open already"};
    }
    return {common::Kind::internal, "unknown storage error"};
}

struct MemoryStorage::State final : storage::AccountStore {
    Journal journal;
    Table<int, storage::Account> account{journal};
    MemorySessions sessions{journal};
    MemoryIdentities identities{journal};
    MemoryPreKeys pre_keys{journal};
    MemorySignedPreKeys signed_pre_keys{journal};
    MemorySenderKeys sender_keys{journal};
    MemoryMappings mappings{journal};
    MemoryDeviceLists device_lists{journal};
    MemoryInbox inbox{journal};
    MemoryRetryCounts retry_counts{journal};
    MemoryOutbox outbox{journal};
    MemoryPrivacyTokens privacy_tokens{journal};
    MemoryGroups groups{journal};
    MemoryKeyHolders key_holders{journal};

    Result<std::optional<storage::Account>> load() override { return account.get(0); }
    Status save(const storage::Account& value) override {
        account.put(0, value);
        return signed_pre_keys.save(value.signed_pre_key);
    }
    Status forget_link() override {
        account.clear();
        sessions.rows.clear();
        identities.rows.clear();
        pre_keys.forget();
        signed_pre_keys.rows.clear();
        sender_keys.rows.clear();
        device_lists.rows.clear();
        retry_counts.rows.clear();
        privacy_tokens.rows.clear();
        groups.rows.clear();
        key_holders.rows.clear();
        return {};
    }
};

namespace {

class MemoryTransaction final : public storage::Transaction {
public:
    explicit MemoryTransaction(Journal& journal) : journal_{journal} { journal_.begin(); }
    MemoryTransaction(const MemoryTransaction&) = delete;
    MemoryTransaction& operator=(const MemoryTransaction&) = delete;
    ~MemoryTransaction() override {
        if (open_) journal_.roll_back();
    }
    Status commit() override {
        journal_.commit();
        open_ = false;
        return {};
    }

private:
    Journal& journal_;
    bool open_{true};
};

}  // namespace

MemoryStorage::MemoryStorage() : state_{std::make_unique<State>()} {}
MemoryStorage::~MemoryStorage() = default;

Result<std::unique_ptr<storage::Transaction>> MemoryStorage::begin() {
    if (state_->journal.open()) return StorageErrc::transaction_open;
    return std::unique_ptr<storage::Transaction>{std::make_unique<MemoryTransaction>(state_->journal)};
}

storage::AccountStore& MemoryStorage::account() { return *state_; }
storage::SessionStore& MemoryStorage::sessions() { return state_->sessions; }
storage::IdentityStore& MemoryStorage::identities() { return state_->identities; }
storage::PreKeyStore& MemoryStorage::pre_keys() { return state_->pre_keys; }
storage::SignedPreKeyStore& MemoryStorage::signed_pre_keys() { return state_->signed_pre_keys; }
storage::SenderKeyStore& MemoryStorage::sender_keys() { return state_->sender_keys; }
storage::MappingStore& MemoryStorage::mappings() { return state_->mappings; }
storage::DeviceListStore& MemoryStorage::device_lists() { return state_->device_lists; }
storage::Inbox& MemoryStorage::inbox() { return state_->inbox; }
storage::RetryCountStore& MemoryStorage::retry_counts() { return state_->retry_counts; }
storage::OutboxStore& MemoryStorage::outbox() { return state_->outbox; }
storage::PrivacyTokenStore& MemoryStorage::privacy_tokens() { return state_->privacy_tokens; }
storage::GroupStore& MemoryStorage::groups() { return state_->groups; }
storage::KeyHolderStore& MemoryStorage::key_holders() { return state_->key_holders; }

void MemoryStorage::add_pre_key(const storage::PreKey& key) { state_->pre_keys.rows.put(key.id, {key.pair, 0, true}); }
std::size_t MemoryStorage::session_count() const { return state_->sessions.rows.rows().size(); }

}  // namespace tests::support
