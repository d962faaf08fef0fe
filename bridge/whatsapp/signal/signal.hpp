/// The Signal protocol over the storage ports: sessions with devices, sender keys. The only room that includes
/// libsignal.
///
/// All calls are synchronous, on the storage executor, inside a transaction the caller opened: a ratchet step and what
/// it opened commit together. Any identity is trusted; a changed one is reported (protocol part 2, section 1.5).
///
/// Records are cached: whoever writes sessions, identities or sender keys past the `Cipher` calls `forget_cache`. The
/// own signed pre-keys must be in `storage.signed_pre_keys()`, the current one too (`AccountStore::save` puts it
/// there).
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "bridge/whatsapp/storage/storage.hpp"
#include "common/bytes/bytes.hpp"
#include "common/crypto/crypto.hpp"
#include "common/result/result.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace bridge::whatsapp::signal {

using common::Bytes;
using common::ByteView;
using common::Result;
using common::Status;

enum class Errc {
    duplicate_message = 1,  ///< already opened: answer with a normal receipt, never a retry
    no_session,
    invalid_key_id,
    invalid_key,
    invalid_message,
    invalid_signature,
    no_sender_key,
    legacy_version,
    untrusted_identity,
    internal
};
common::ErrcInfo describe(Errc code) noexcept;

enum class MessageType { message, pre_key_message };  ///< enc type "msg" / "pkmsg"

struct Ciphertext {
    MessageType type{MessageType::message};
    Bytes bytes;
};

/// What `encrypt` get-key IQs return for one device (protocol part 2, section 3.1).
struct PreKeyBundle {
    std::uint32_t registration_id{0};
    common::crypto::PublicKey identity{};
    struct SignedKey {
        std::uint32_t id{0};
        common::crypto::PublicKey key{};
        Bytes signature;
    } signed_pre_key;
    struct OneTimeKey {
        std::uint32_t id{0};
        common::crypto::PublicKey key{};
    };
    std::optional<OneTimeKey> pre_key;
};

/// Facts of the own device that libsignal asks for.
struct LocalIdentity {
    common::crypto::KeyPair identity;
    std::uint32_t registration_id{0};
};

/// Sessions with devices. `device` JIDs are mapped to LID addresses by the caller (LID-first rule) before they come
/// here.
class Cipher {
public:
    /// `random` replaces the generator in known-answer tests (empty: crypto::random_bytes).
    Cipher(storage::Storage& storage, LocalIdentity local, std::function<void(std::span<std::uint8_t>)> random = {});
    ~Cipher();
    Cipher(const Cipher&) = delete;
    Cipher& operator=(const Cipher&) = delete;

    Result<bool> has_session(const Jid& device);
    /// Verifies the signed pre-key's signature; replaces the session (the old one is archived).
    Status start_session(const Jid& device, const PreKeyBundle& bundle);
    Result<Ciphertext> encrypt(const Jid& device, ByteView padded);
    /// The padded plaintext. A used one-time pre-key is removed from its store.
    Result<Bytes> decrypt(const Jid& device, MessageType type, ByteView ciphertext);
    /// Registration id of the remote side of the session; nothing without one.
    Result<std::optional<std::uint32_t>> remote_registration_id(const Jid& device);
    /// Base key of the session in use (alice base key), to notice a session that did not change between retries.
    Result<std::optional<Bytes>> base_key(const Jid& device);
    Status remove_session(const Jid& device);
    /// Sessions and identities of all devices of this address form: the user registered anew (section 3.5).
    Status remove_user(const Jid& user);
    /// Sessions, identities and sender keys of a PN move to the LID (all devices). Costs nothing when already done, so
    /// it may be called before every use of a PN whose LID is known.
    Status migrate(const Jid& pn, const Jid& lid);
    /// Identity key of the device as last seen.
    Result<std::optional<common::crypto::PublicKey>> identity_of(const Jid& device);
    /// Called inside `decrypt`/`start_session`, once they succeeded, when a device shows another identity than before.
    void on_identity_change(std::function<void(const Jid& device)> callback);
    /// Drops cached records: call after a rolled-back transaction.
    void forget_cache();
    /// From here to `write_held`, changed records are only remembered: a chain that opens many messages in one
    /// transaction is written once. The caller calls `write_held` before it commits.
    void hold_writes();
    Status write_held();

    // Groups (sender keys).
    /// SKDM for the current chain position; creates the own sender key when there is none.
    Result<Bytes> sender_key_distribution(const std::string& group, const Jid& own_device);
    /// Leaves a chain alone that this distribution belongs to and that is no further: libsignal would rewind it.
    Status process_sender_key_distribution(const std::string& group, const Jid& sender, ByteView distribution);
    /// Our key of this group is no more: the next distribution makes a new one.
    Status remove_sender_key(const std::string& group, const Jid& own_device);
    Result<Bytes> group_encrypt(const std::string& group, const Jid& own_device, ByteView padded);
    Result<Bytes> group_decrypt(const std::string& group, const Jid& sender, ByteView ciphertext);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bridge::whatsapp::signal
