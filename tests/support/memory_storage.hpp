/// The ports of `bridge/whatsapp/storage` in memory, with transactions that roll back: for tests and for the
/// simulator's phones. Behaves as `bridge/keystore` does; one test suite runs against both.
#pragma once

#include "bridge/whatsapp/storage/storage.hpp"

#include <memory>

namespace tests::support {

enum class StorageErrc { exists = 1, transaction_open };
common::ErrcInfo describe(StorageErrc code) noexcept;

class MemoryStorage final : public bridge::whatsapp::storage::Storage {
public:
    MemoryStorage();
    ~MemoryStorage() override;

    common::Result<std::unique_ptr<bridge::whatsapp::storage::Transaction>> begin() override;
    bridge::whatsapp::storage::AccountStore& account() override;
    bridge::whatsapp::storage::SessionStore& sessions() override;
    bridge::whatsapp::storage::IdentityStore& identities() override;
    bridge::whatsapp::storage::PreKeyStore& pre_keys() override;
    bridge::whatsapp::storage::SignedPreKeyStore& signed_pre_keys() override;
    bridge::whatsapp::storage::SenderKeyStore& sender_keys() override;
    bridge::whatsapp::storage::MappingStore& mappings() override;
    bridge::whatsapp::storage::DeviceListStore& device_lists() override;
    bridge::whatsapp::storage::Inbox& inbox() override;
    bridge::whatsapp::storage::RetryCountStore& retry_counts() override;
    bridge::whatsapp::storage::OutboxStore& outbox() override;
    bridge::whatsapp::storage::PrivacyTokenStore& privacy_tokens() override;
    bridge::whatsapp::storage::GroupStore& groups() override;
    bridge::whatsapp::storage::KeyHolderStore& key_holders() override;

    /// Puts a one-time pre-key of a known-answer test into the store, as if uploaded.
    void add_pre_key(const bridge::whatsapp::storage::PreKey& key);
    /// How many sessions there are; for assertions.
    std::size_t session_count() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tests::support
