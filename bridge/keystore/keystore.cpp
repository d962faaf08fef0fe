#include "bridge/keystore/keystore.hpp"

#include "bridge/keystore/detail/lease.hpp"
#include "bridge/keystore/detail/ports.hpp"
#include "bridge/keystore/detail/schema.hpp"

#include <sys/stat.h>

#include <filesystem>

namespace bridge::keystore {

namespace storage = whatsapp::storage;

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::in_use: return {common::Kind::unavailable, "the data folder is in use by another bridge"};
        case Errc::not_private: return {common::Kind::unavailable, "the key file cannot be kept private"};
        case Errc::cannot_create: return {common::Kind::unavailable, "the key file cannot be created"};
        case Errc::damaged: return {common::Kind::internal, "the key file holds a damaged row"};
    }
    return {common::Kind::internal, "unknown key store error"};
}

struct KeyStore::State {
    State(detail::Lease held, common::sqlite::Database opened) : lease{std::move(held)}, database{std::move(opened)} {}

    // The lease is given back last.
    detail::Lease lease;
    common::sqlite::Database database;
    detail::Accounts accounts{database};
    detail::Sessions sessions{database};
    detail::Identities identities{database};
    detail::PreKeys pre_keys{database};
    detail::SignedPreKeys signed_pre_keys{database};
    detail::SenderKeys sender_keys{database};
    detail::Mappings mappings{database};
    detail::DeviceLists device_lists{database};
    detail::InboxTable inbox{database};
    detail::RetryCounts retry_counts{database};
    detail::Outbox outbox{database};
    detail::PrivacyTokens privacy_tokens{database};
    detail::Groups groups{database};
    detail::KeyHolders key_holders{database};
};

namespace {

class SqlTransaction final : public storage::Transaction {
public:
    SqlTransaction(common::sqlite::Transaction transaction, detail::Mappings& mappings)
        : transaction_{std::move(transaction)}, mappings_{mappings} {}
    ~SqlTransaction() override {
        if (!committed_) mappings_.forget();
    }
    common::Status commit() override {
        auto done = transaction_.commit();
        committed_ = done.has_value();
        return done;
    }

private:
    common::sqlite::Transaction transaction_;
    detail::Mappings& mappings_;
    bool committed_{false};
};

/// A folder that we make holds keys, so it is its owner's alone.
common::Status make_folder(const std::string& path) {
    const auto folder = std::filesystem::path{path}.parent_path();
    if (folder.empty() || std::filesystem::exists(folder)) return {};
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (!problem) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, problem);
    if (problem) return common::Error{Errc::cannot_create, folder.string() + ": " + problem.message()};
    return {};
}

}  // namespace

Result<std::unique_ptr<KeyStore>> KeyStore::open(const std::string& path) {
    if (auto made = make_folder(path); !made) return made.error();
    auto lease = detail::Lease::take(path + ".lock");
    if (!lease) return lease.error();
    // SQLite gives the -wal and -shm files the mode of the database; those of a crash may have another from then.
    if (auto made = detail::make_private(path); !made) return made.error();
    for (const char* companion : {"-wal", "-shm"}) {
        if (!std::filesystem::exists(path + companion)) continue;
        if (auto made = detail::make_private(path + companion); !made) return made.error();
    }
    common::sqlite::Options options;
    options.secure_delete = true;
    // A ratchet that falls back behind what it has sent or acknowledged uses keys twice and loses messages: a commit is
    // on the disk before anything goes out (docs/decisions/0005-sqlite-layout.md).
    options.full_sync = true;
    auto database = common::sqlite::Database::open(path, options);
    if (!database) return database.error();
    if (auto done = common::sqlite::migrate(*database, detail::migrations()); !done) return done.error().within(path);
    auto state = std::make_unique<State>(std::move(*lease), std::move(*database));
    return std::unique_ptr<KeyStore>{new KeyStore{std::move(state)}};
}

KeyStore::KeyStore(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
KeyStore::~KeyStore() = default;

Result<std::unique_ptr<storage::Transaction>> KeyStore::begin() {
    auto transaction = state_->database.begin();
    if (!transaction) return transaction.error();
    return std::unique_ptr<storage::Transaction>{
        std::make_unique<SqlTransaction>(std::move(*transaction), state_->mappings)};
}

storage::AccountStore& KeyStore::account() { return state_->accounts; }
storage::SessionStore& KeyStore::sessions() { return state_->sessions; }
storage::IdentityStore& KeyStore::identities() { return state_->identities; }
storage::PreKeyStore& KeyStore::pre_keys() { return state_->pre_keys; }
storage::SignedPreKeyStore& KeyStore::signed_pre_keys() { return state_->signed_pre_keys; }
storage::SenderKeyStore& KeyStore::sender_keys() { return state_->sender_keys; }
storage::MappingStore& KeyStore::mappings() { return state_->mappings; }
storage::DeviceListStore& KeyStore::device_lists() { return state_->device_lists; }
storage::Inbox& KeyStore::inbox() { return state_->inbox; }
storage::RetryCountStore& KeyStore::retry_counts() { return state_->retry_counts; }
storage::OutboxStore& KeyStore::outbox() { return state_->outbox; }
storage::PrivacyTokenStore& KeyStore::privacy_tokens() { return state_->privacy_tokens; }
storage::GroupStore& KeyStore::groups() { return state_->groups; }
storage::KeyHolderStore& KeyStore::key_holders() { return state_->key_holders; }

}  // namespace bridge::keystore
