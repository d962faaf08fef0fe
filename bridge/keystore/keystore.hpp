/// The storage ports on `whatsapp.db`: private keys, sessions, lists, inbox and outbox of one linked device. The
/// messages themselves live elsewhere (`bridge/store`).
///
/// The file and its companions (-wal, -shm) are readable by their owner only, deleted content is overwritten, and one
/// process at a time holds the lease on the file: two processes that advance one ratchet would lose messages.
#pragma once

#include "bridge/whatsapp/storage/storage.hpp"
#include "common/result/result.hpp"

#include <memory>
#include <string>

namespace bridge::keystore {

using common::Result;

enum class Errc { in_use = 1, not_private, cannot_create, damaged };
common::ErrcInfo describe(Errc code) noexcept;

class KeyStore final : public whatsapp::storage::Storage {
public:
    /// Makes the file (and its folder) when missing and brings its schema up to date. `in_use` when another process, or
    /// another `KeyStore`, holds the lease; a lease ends with its process, however that ends.
    static Result<std::unique_ptr<KeyStore>> open(const std::string& path);
    ~KeyStore() override;

    /// Fails with kind `internal` while another transaction is open.
    Result<std::unique_ptr<whatsapp::storage::Transaction>> begin() override;
    whatsapp::storage::AccountStore& account() override;
    whatsapp::storage::SessionStore& sessions() override;
    whatsapp::storage::IdentityStore& identities() override;
    whatsapp::storage::PreKeyStore& pre_keys() override;
    whatsapp::storage::SignedPreKeyStore& signed_pre_keys() override;
    whatsapp::storage::SenderKeyStore& sender_keys() override;
    whatsapp::storage::MappingStore& mappings() override;
    whatsapp::storage::DeviceListStore& device_lists() override;
    whatsapp::storage::Inbox& inbox() override;
    whatsapp::storage::RetryCountStore& retry_counts() override;
    whatsapp::storage::OutboxStore& outbox() override;
    whatsapp::storage::PrivacyTokenStore& privacy_tokens() override;
    whatsapp::storage::GroupStore& groups() override;
    whatsapp::storage::KeyHolderStore& key_holders() override;

private:
    struct State;
    explicit KeyStore(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

}  // namespace bridge::keystore
