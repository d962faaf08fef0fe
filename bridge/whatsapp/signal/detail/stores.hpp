/// libsignal's stores over the storage ports, with caches of serialised records in front.
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "bridge/whatsapp/signal/detail/lru.hpp"
#include "bridge/whatsapp/signal/detail/signal_ptr.hpp"
#include "bridge/whatsapp/signal/signal.hpp"
#include "bridge/whatsapp/storage/storage.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace bridge::whatsapp::signal::detail {

/// Reads go to the cache first; writes go to the port and the cache. The first failure of a port is kept for the
/// caller, as libsignal only carries a number.
class Stores {
public:
    using Record = std::optional<Bytes>;  ///< nothing: known to be absent

    Stores(storage::Storage& storage, LocalIdentity local) : storage_{storage}, local_{std::move(local)} {}

    /// The stores must outlive the context.
    int install(signal_protocol_store_context* context);

    storage::Storage& storage() noexcept { return storage_; }
    const LocalIdentity& local() const noexcept { return local_; }

    /// Borrowed from the cache, valid until the next call; points to nothing when there is no record.
    Result<const Record*> session(const storage::Address& address);
    Result<const Record*> sender_key(const std::string& group, const storage::Address& sender);
    Status save_session(const storage::Address& address, ByteView record);
    Status save_sender_key(const std::string& group, const storage::Address& sender, ByteView record);
    Status remove_session(const storage::Address& address);
    Status remove_sender_key(const std::string& group, const storage::Address& sender);
    Status remove_user(const std::string& name);
    Status migrate(const std::string& from, const std::string& to);

    /// The identity of the operation under way: kept only when the operation succeeds, because libsignal reports it
    /// before the message that showed it is authenticated.
    void propose_identity(const storage::Address& address, const common::crypto::PublicKey& key) {
        proposed_.emplace(address, key);
    }
    /// Keeps the proposed identity; true when the device had another one before.
    Result<bool> keep_identity();

    /// Begins an operation: forgets failure and proposal of the last one.
    void begin() {
        failure_.reset();
        proposed_.reset();
    }
    int fail(const common::Error& error) {
        if (!failure_) failure_ = error;
        return SG_ERR_UNKNOWN;
    }
    const std::optional<common::Error>& failure() const noexcept { return failure_; }

    void forget();

    /// Until `write_held`, saved records stay in the cache and are written together then.
    void hold() noexcept { holding_ = true; }
    Status write_held();

private:
    static constexpr std::size_t capacity = 4096;
    /// Few enough that the cache forgets none of them.
    static constexpr std::size_t most_held = capacity / 4;

    Status write_records();

    storage::Storage& storage_;
    LocalIdentity local_;
    Lru<Record> sessions_{capacity};
    Lru<Record> sender_keys_{capacity};
    Lru<common::crypto::PublicKey> identities_{capacity};
    std::unordered_set<std::string> migrated_;  ///< names that are known to have no records left
    bool holding_{false};
    std::unordered_map<std::string, storage::Address> held_sessions_;  ///< by cache key
    std::unordered_map<std::string, std::pair<std::string, storage::Address>> held_sender_keys_;
    std::optional<std::pair<storage::Address, common::crypto::PublicKey>> proposed_;
    std::optional<common::Error> failure_;
};

}  // namespace bridge::whatsapp::signal::detail
