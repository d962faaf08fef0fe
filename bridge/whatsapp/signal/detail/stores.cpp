#include "bridge/whatsapp/signal/detail/stores.hpp"

#include <algorithm>

namespace bridge::whatsapp::signal::detail {

namespace {

using common::crypto::PublicKey;
using storage::Address;

/// Cache key: name, NUL, device, and for sender keys NUL, group. Names hold no NUL, as JIDs hold none.
std::string cache_key(const Address& address) {
    std::string key = address.name;
    key += '\0';
    key += std::to_string(address.device);
    return key;
}
std::string cache_key(const std::string& group, const Address& sender) {
    std::string key = cache_key(sender);
    key += '\0';
    key += group;
    return key;
}
bool belongs_to(std::string_view key, const std::string& name) {
    return key.size() > name.size() && key.starts_with(name) && key[name.size()] == '\0';
}

Address address_of(const signal_protocol_address* address) {
    return {std::string{address->name, address->name_len}, address->device_id};
}
std::string group_of(const signal_protocol_sender_key_name* name) {
    return std::string{name->group_id, name->group_id_len};
}

Stores& stores(void* user_data) noexcept { return *static_cast<Stores*>(user_data); }

int hand_over(signal_buffer** output, ByteView bytes) noexcept {
    *output = signal_buffer_create(bytes.data(), bytes.size());
    return *output ? SG_SUCCESS : SG_ERR_NOMEM;
}

/// 1 with a copy of the record, 0 without one, negative on failure: how libsignal's load functions answer.
int answer(Stores& owner, const Result<const Stores::Record*>& record, signal_buffer** output) noexcept {
    if (!record) return owner.fail(record.error());
    if (!**record) return 0;
    const int handed = hand_over(output, ***record);
    return handed == SG_SUCCESS ? 1 : handed;
}

// The callbacks are noexcept: an exception must not unwind through C.

int load_session(signal_buffer** record, signal_buffer**, const signal_protocol_address* address, void* user) noexcept {
    return answer(stores(user), stores(user).session(address_of(address)), record);
}
int store_session(
    const signal_protocol_address* address,
    std::uint8_t* record,
    std::size_t size,
    std::uint8_t*,
    std::size_t,
    void* user
) noexcept {
    const auto saved = stores(user).save_session(address_of(address), {record, size});
    return saved ? SG_SUCCESS : stores(user).fail(saved.error());
}
int contains_session(const signal_protocol_address* address, void* user) noexcept {
    const auto record = stores(user).session(address_of(address));
    if (!record) return stores(user).fail(record.error());
    return (*record)->has_value() ? 1 : 0;
}

int load_sender_key(
    signal_buffer** record, signal_buffer**, const signal_protocol_sender_key_name* name, void* user
) noexcept {
    return answer(stores(user), stores(user).sender_key(group_of(name), address_of(&name->sender)), record);
}
int store_sender_key(
    const signal_protocol_sender_key_name* name,
    std::uint8_t* record,
    std::size_t size,
    std::uint8_t*,
    std::size_t,
    void* user
) noexcept {
    const auto saved = stores(user).save_sender_key(group_of(name), address_of(&name->sender), {record, size});
    return saved ? SG_SUCCESS : stores(user).fail(saved.error());
}

/// `fill` makes the record of a key pair in libsignal's form.
template <class Fill>
int with_pair(const common::crypto::KeyPair& pair, Fill fill) noexcept {
    SignalPtr<ec_public_key> public_key;
    SignalPtr<ec_private_key> private_key;
    SignalPtr<ec_key_pair> key_pair;
    const Bytes prefixed = common::crypto::prefixed(pair.public_key);
    int code = curve_decode_point(out(public_key), prefixed.data(), prefixed.size(), nullptr);
    if (code < 0) return code;
    const ByteView secret = pair.private_key.view();
    code = curve_decode_private_point(out(private_key), secret.data(), secret.size(), nullptr);
    if (code < 0) return code;
    code = ec_key_pair_create(out(key_pair), public_key.get(), private_key.get());
    return code < 0 ? code : fill(key_pair.get());
}

int load_pre_key(signal_buffer** record, std::uint32_t id, void* user) noexcept {
    const auto key = stores(user).storage().pre_keys().load(id);
    if (!key) return stores(user).fail(key.error());
    if (!*key) return SG_ERR_INVALID_KEY_ID;
    return with_pair((*key)->pair, [&](ec_key_pair* pair) {
        SignalPtr<session_pre_key> made;
        const int code = session_pre_key_create(out(made), id, pair);
        return code < 0 ? code : session_pre_key_serialize(record, made.get());
    });
}
int contains_pre_key(std::uint32_t id, void* user) noexcept {
    const auto key = stores(user).storage().pre_keys().load(id);
    if (!key) return stores(user).fail(key.error());
    return key->has_value() ? 1 : 0;
}
int remove_pre_key(std::uint32_t id, void* user) noexcept {
    const auto removed = stores(user).storage().pre_keys().remove(id);
    return removed ? SG_SUCCESS : stores(user).fail(removed.error());
}

int load_signed_pre_key(signal_buffer** record, std::uint32_t id, void* user) noexcept {
    const auto key = stores(user).storage().signed_pre_keys().load(id);
    if (!key) return stores(user).fail(key.error());
    if (!*key) return SG_ERR_INVALID_KEY_ID;
    const storage::SignedPreKey& found = **key;
    return with_pair(found.pair, [&](ec_key_pair* pair) {
        SignalPtr<session_signed_pre_key> made;
        const auto created = static_cast<std::uint64_t>(found.created.time_since_epoch().count());
        const int code =
            session_signed_pre_key_create(out(made), id, created, pair, found.signature.data(), found.signature.size());
        return code < 0 ? code : session_signed_pre_key_serialize(record, made.get());
    });
}
int contains_signed_pre_key(std::uint32_t id, void* user) noexcept {
    const auto key = stores(user).storage().signed_pre_keys().load(id);
    if (!key) return stores(user).fail(key.error());
    return key->has_value() ? 1 : 0;
}

int identity_key_pair(signal_buffer** public_key, signal_buffer** private_key, void* user) noexcept {
    const common::crypto::KeyPair& pair = stores(user).local().identity;
    const int code = hand_over(public_key, common::crypto::prefixed(pair.public_key));
    return code < 0 ? code : hand_over(private_key, pair.private_key.view());
}
int local_registration_id(void* user, std::uint32_t* id) noexcept {
    *id = stores(user).local().registration_id;
    return SG_SUCCESS;
}
int save_identity(const signal_protocol_address* address, std::uint8_t* key, std::size_t size, void* user) noexcept {
    PublicKey identity;
    if (!key || size != identity.size() + 1) return SG_ERR_INVALID_KEY;
    std::copy_n(key + 1, identity.size(), identity.begin());
    stores(user).propose_identity(address_of(address), identity);
    return SG_SUCCESS;
}
int is_trusted_identity(const signal_protocol_address*, std::uint8_t*, std::size_t, void*) noexcept { return 1; }

// libsignal never calls these: pre-keys are made by their store, and sessions are listed and deleted past it.
int no_devices(signal_int_list**, const char*, std::size_t, void*) noexcept { return SG_ERR_INVAL; }
int no_delete(const signal_protocol_address*, void*) noexcept { return SG_ERR_INVAL; }
int no_delete_all(const char*, std::size_t, void*) noexcept { return SG_ERR_INVAL; }
int no_store(std::uint32_t, std::uint8_t*, std::size_t, void*) noexcept { return SG_ERR_INVAL; }
int no_remove(std::uint32_t, void*) noexcept { return SG_ERR_INVAL; }

}  // namespace

int Stores::install(signal_protocol_store_context* context) {
    const signal_protocol_session_store sessions{
        load_session, no_devices, store_session, contains_session, no_delete, no_delete_all, nullptr, this};
    const signal_protocol_pre_key_store pre_keys{
        load_pre_key, no_store, contains_pre_key, remove_pre_key, nullptr, this};
    const signal_protocol_signed_pre_key_store signed_pre_keys{
        load_signed_pre_key, no_store, contains_signed_pre_key, no_remove, nullptr, this};
    const signal_protocol_identity_key_store identities{
        identity_key_pair, local_registration_id, save_identity, is_trusted_identity, nullptr, this};
    const signal_protocol_sender_key_store sender_keys{store_sender_key, load_sender_key, nullptr, this};
    int code = signal_protocol_store_context_set_session_store(context, &sessions);
    if (code == 0) code = signal_protocol_store_context_set_pre_key_store(context, &pre_keys);
    if (code == 0) code = signal_protocol_store_context_set_signed_pre_key_store(context, &signed_pre_keys);
    if (code == 0) code = signal_protocol_store_context_set_identity_key_store(context, &identities);
    if (code == 0) code = signal_protocol_store_context_set_sender_key_store(context, &sender_keys);
    return code;
}

Result<const Stores::Record*> Stores::session(const Address& address) {
    const std::string key = cache_key(address);
    if (const Record* known = sessions_.find(key)) return known;
    auto loaded = storage_.sessions().load(address);
    if (!loaded) return loaded.error().within("load session");
    return &sessions_.put(key, std::move(*loaded));
}

Result<const Stores::Record*> Stores::sender_key(const std::string& group, const Address& sender) {
    const std::string key = cache_key(group, sender);
    if (const Record* known = sender_keys_.find(key)) return known;
    auto loaded = storage_.sender_keys().load(group, sender);
    if (!loaded) return loaded.error().within("load sender key");
    return &sender_keys_.put(key, std::move(*loaded));
}

Status Stores::save_session(const Address& address, ByteView record) {
    const std::string key = cache_key(address);
    if (holding_) {
        held_sessions_.try_emplace(key, address);
    } else if (auto saved = storage_.sessions().save(address, record); !saved) {
        return saved.error().within("save session");
    }
    if (!migrated_.empty()) migrated_.erase(address.name);
    if (Record* known = sessions_.find(key); known && *known) {
        (*known)->assign(record.begin(), record.end());
    } else {
        sessions_.put(key, common::to_bytes(record));
    }
    return held_sessions_.size() < most_held ? Status{} : write_records();
}

Status Stores::save_sender_key(const std::string& group, const Address& sender, ByteView record) {
    const std::string key = cache_key(group, sender);
    if (holding_) {
        held_sender_keys_.try_emplace(key, group, sender);
    } else if (auto saved = storage_.sender_keys().save(group, sender, record); !saved) {
        return saved.error().within("save sender key");
    }
    if (!migrated_.empty()) migrated_.erase(sender.name);
    sender_keys_.put(key, common::to_bytes(record));
    return held_sender_keys_.size() < most_held ? Status{} : write_records();
}

Status Stores::write_held() {
    holding_ = false;
    return write_records();
}

Status Stores::write_records() {
    for (const auto& [key, address] : held_sessions_) {
        const auto saved = storage_.sessions().save(address, **sessions_.find(key));
        if (!saved) return saved.error().within("save session");
    }
    held_sessions_.clear();
    for (const auto& [key, place] : held_sender_keys_) {
        const auto saved = storage_.sender_keys().save(place.first, place.second, **sender_keys_.find(key));
        if (!saved) return saved.error().within("save sender key");
    }
    held_sender_keys_.clear();
    return {};
}

Status Stores::remove_sender_key(const std::string& group, const Address& sender) {
    const std::string key = cache_key(group, sender);
    sender_keys_.erase(key);
    held_sender_keys_.erase(key);
    return storage_.sender_keys().remove(group, sender);
}

Status Stores::remove_session(const Address& address) {
    if (auto written = write_records(); !written) return written;
    if (auto removed = storage_.sessions().remove(address); !removed) return removed.error().within("remove session");
    sessions_.erase(cache_key(address));
    return {};
}

Status Stores::remove_user(const std::string& name) {
    if (auto written = write_records(); !written) return written;
    if (auto done = storage_.sessions().remove_all(name); !done) return done.error().within("remove sessions");
    if (auto done = storage_.identities().remove_all(name); !done) return done.error().within("remove identities");
    const auto matches = [&](std::string_view key) { return belongs_to(key, name); };
    sessions_.erase_if(matches);
    identities_.erase_if(matches);
    return {};
}

Status Stores::migrate(const std::string& from, const std::string& to) {
    if (from == to || migrated_.contains(from)) return {};
    if (auto written = write_records(); !written) return written;
    if (auto done = storage_.sessions().migrate(from, to); !done) return done.error().within("migrate sessions");
    if (auto done = storage_.identities().migrate(from, to); !done) return done.error().within("migrate identities");
    if (auto done = storage_.sender_keys().migrate(from, to); !done) return done.error().within("migrate sender keys");
    const auto matches = [&](std::string_view key) { return belongs_to(key, from) || belongs_to(key, to); };
    sessions_.erase_if(matches);
    identities_.erase_if(matches);
    sender_keys_.erase_if(matches);
    if (migrated_.size() >= capacity) migrated_.clear();
    migrated_.insert(from);
    return {};
}

Result<bool> Stores::keep_identity() {
    if (!proposed_) return false;
    const auto& [address, key] = *proposed_;
    const std::string cached = cache_key(address);
    if (const PublicKey* known = identities_.find(cached); known && *known == key) return false;
    const auto changed = storage_.identities().save(address, key);
    if (!changed) return changed.error().within("save identity");
    if (!migrated_.empty()) migrated_.erase(address.name);
    identities_.put(cached, key);
    return *changed;
}

void Stores::forget() {
    holding_ = false;
    held_sessions_.clear();
    held_sender_keys_.clear();
    sessions_.clear();
    sender_keys_.clear();
    identities_.clear();
    migrated_.clear();
}

}  // namespace bridge::whatsapp::signal::detail
