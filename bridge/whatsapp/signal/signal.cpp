#include "bridge/whatsapp/signal/signal.hpp"

#include "bridge/whatsapp/signal/detail/state.hpp"

#include <signal/protocol.h>
#include <signal/session_record.h>
#include <signal/session_state.h>

#include <stdexcept>

namespace bridge::whatsapp::signal {

using detail::NativeAddress;
using detail::out;
using detail::SignalPtr;
using storage::address_of;

namespace {

/// libsignal makes its contexts of nothing but memory.
void require(int code) {
    if (code < 0) throw std::runtime_error{"libsignal cannot start"};
}

Result<SignalPtr<ec_public_key>> decode(const common::crypto::PublicKey& key) {
    SignalPtr<ec_public_key> decoded;
    const Bytes prefixed = common::crypto::prefixed(key);
    const int code = curve_decode_point(out(decoded), prefixed.data(), prefixed.size(), nullptr);
    if (code < 0) return Errc::invalid_key;
    return decoded;
}

}  // namespace

Cipher::State::State(storage::Storage& storage, LocalIdentity local, detail::Provider::Random random)
    : provider{std::move(random)}, stores{storage, std::move(local)} {
    require(signal_context_create(out(context), nullptr));
    require(provider.install(context.get()));
    require(signal_protocol_store_context_create(out(ports), context.get()));
    require(stores.install(ports.get()));
}

common::Error Cipher::State::failure(int code) {
    if (const auto& of_port = stores.failure()) return *of_port;
    return detail::errc_of(code);
}

Status Cipher::State::keep_identity(const Jid& device) {
    const auto changed = stores.keep_identity();
    if (!changed) return changed.error();
    if (*changed && identity_changed) identity_changed(device);
    return {};
}

Cipher::Cipher(storage::Storage& storage, LocalIdentity local, std::function<void(std::span<std::uint8_t>)> random) {
    if (!random) random = [](std::span<std::uint8_t> bytes) { common::crypto::random_bytes(bytes); };
    state_ = std::make_unique<State>(storage, std::move(local), std::move(random));
}

Cipher::~Cipher() = default;

Result<bool> Cipher::has_session(const Jid& device) {
    const auto record = state_->stores.session(address_of(device));
    if (!record) return record.error();
    return (*record)->has_value();
}

Status Cipher::start_session(const Jid& device, const PreKeyBundle& bundle) {
    constexpr std::size_t signature_size = 64;
    if (bundle.signed_pre_key.signature.size() != signature_size) return Errc::invalid_signature;
    state_->stores.begin();
    const NativeAddress address{device};
    const auto identity = decode(bundle.identity);
    if (!identity) return identity.error();
    const auto signed_key = decode(bundle.signed_pre_key.key);
    if (!signed_key) return signed_key.error();
    SignalPtr<ec_public_key> one_time_key;
    if (bundle.pre_key) {
        auto decoded = decode(bundle.pre_key->key);
        if (!decoded) return decoded.error();
        one_time_key = std::move(*decoded);
    }
    SignalPtr<session_pre_key_bundle> native;
    int code = session_pre_key_bundle_create(
        out(native),
        bundle.registration_id,
        device.device,
        bundle.pre_key ? bundle.pre_key->id : 0,
        one_time_key.get(),
        bundle.signed_pre_key.id,
        signed_key->get(),
        bundle.signed_pre_key.signature.data(),
        signature_size,
        identity->get()
    );
    if (code < 0) return state_->failure(code);
    SignalPtr<session_builder> builder;
    code = session_builder_create(out(builder), state_->ports.get(), address.get(), state_->context.get());
    if (code < 0) return state_->failure(code);
    code = session_builder_process_pre_key_bundle(builder.get(), native.get());
    // The keys were decoded above, so this can only be the signature.
    if (code == SG_ERR_INVALID_KEY) return Errc::invalid_signature;
    if (code < 0) return state_->failure(code);
    return state_->keep_identity(device);
}

Result<Ciphertext> Cipher::encrypt(const Jid& device, ByteView padded) {
    state_->stores.begin();
    const auto known = has_session(device);
    if (!known) return known.error();
    if (!*known) return Errc::no_session;
    const NativeAddress address{device};
    SignalPtr<session_cipher> cipher;
    int code = session_cipher_create(out(cipher), state_->ports.get(), address.get(), state_->context.get());
    if (code < 0) return state_->failure(code);
    SignalPtr<ciphertext_message> message;
    code = session_cipher_encrypt(cipher.get(), padded.data(), padded.size(), out(message));
    if (code < 0) return state_->failure(code);
    const bool first = ciphertext_message_get_type(message.get()) == CIPHERTEXT_PREKEY_TYPE;
    return Ciphertext{
        first ? MessageType::pre_key_message : MessageType::message,
        common::to_bytes(detail::view(ciphertext_message_get_serialized(message.get())))};
}

Result<Bytes> Cipher::decrypt(const Jid& device, MessageType type, ByteView ciphertext) {
    state_->stores.begin();
    const NativeAddress address{device};
    SignalPtr<session_cipher> cipher;
    int code = session_cipher_create(out(cipher), state_->ports.get(), address.get(), state_->context.get());
    if (code < 0) return state_->failure(code);
    SignalPtr<signal_buffer> plain;
    signal_context* const context = state_->context.get();
    if (type == MessageType::pre_key_message) {
        SignalPtr<pre_key_signal_message> message;
        code = pre_key_signal_message_deserialize(out(message), ciphertext.data(), ciphertext.size(), context);
        if (code >= 0) {
            code = session_cipher_decrypt_pre_key_signal_message(cipher.get(), message.get(), nullptr, out(plain));
        }
    } else {
        SignalPtr<signal_message> message;
        code = signal_message_deserialize(out(message), ciphertext.data(), ciphertext.size(), context);
        if (code >= 0) code = session_cipher_decrypt_signal_message(cipher.get(), message.get(), nullptr, out(plain));
    }
    if (code < 0) return state_->failure(code);
    if (auto kept = state_->keep_identity(device); !kept) return kept.error();
    return common::to_bytes(detail::view(plain.get()));
}

namespace {

/// The decoded record of a session; null without one.
Result<SignalPtr<session_record>> load_record(detail::Stores& stores, signal_context* context, const Jid& device) {
    const auto record = stores.session(address_of(device));
    if (!record) return record.error();
    SignalPtr<session_record> decoded;
    if (!**record) return decoded;
    const Bytes& bytes = ***record;
    const int code = session_record_deserialize(out(decoded), bytes.data(), bytes.size(), context);
    if (code < 0) return common::Error{Errc::internal, "stored session is damaged"};
    return decoded;
}

}  // namespace

Result<std::optional<std::uint32_t>> Cipher::remote_registration_id(const Jid& device) {
    const auto record = load_record(state_->stores, state_->context.get(), device);
    if (!record) return record.error();
    if (!*record) return std::optional<std::uint32_t>{};
    return std::optional{session_state_get_remote_registration_id(session_record_get_state(record->get()))};
}

Result<std::optional<Bytes>> Cipher::base_key(const Jid& device) {
    const auto record = load_record(state_->stores, state_->context.get(), device);
    if (!record) return record.error();
    const auto* key = *record ? session_state_get_alice_base_key(session_record_get_state(record->get())) : nullptr;
    if (!key) return std::optional<Bytes>{};
    SignalPtr<signal_buffer> serialised;
    if (const int code = ec_public_key_serialize(out(serialised), key); code < 0) return detail::errc_of(code);
    return std::optional{common::to_bytes(detail::view(serialised.get()))};
}

Status Cipher::remove_session(const Jid& device) { return state_->stores.remove_session(address_of(device)); }

Status Cipher::remove_user(const Jid& user) { return state_->stores.remove_user(user.signal_name()); }

Status Cipher::migrate(const Jid& pn, const Jid& lid) {
    return state_->stores.migrate(pn.signal_name(), lid.signal_name());
}

Result<std::optional<common::crypto::PublicKey>> Cipher::identity_of(const Jid& device) {
    return state_->stores.storage().identities().load(address_of(device));
}

void Cipher::on_identity_change(std::function<void(const Jid& device)> callback) {
    state_->identity_changed = std::move(callback);
}

void Cipher::forget_cache() { state_->stores.forget(); }

void Cipher::hold_writes() { state_->stores.hold(); }

Status Cipher::write_held() { return state_->stores.write_held(); }

}  // namespace bridge::whatsapp::signal
