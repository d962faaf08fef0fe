#include "bridge/whatsapp/signal/detail/state.hpp"
#include "bridge/whatsapp/signal/signal.hpp"

#include <signal/protocol.h>
#include <signal/sender_key.h>
#include <signal/sender_key_record.h>
#include <signal/sender_key_state.h>

namespace bridge::whatsapp::signal {

using detail::NativeAddress;
using detail::out;
using detail::SignalPtr;
using storage::address_of;

namespace {

using Record = SignalPtr<sender_key_record>;

Result<Record> load_record(
    detail::Stores& stores, signal_context* context, const std::string& group, const Jid& sender
) {
    const auto record = stores.sender_key(group, address_of(sender));
    if (!record) return record.error();
    Record decoded;
    if (!**record) return decoded;
    const Bytes& bytes = ***record;
    const int code = sender_key_record_deserialize(out(decoded), bytes.data(), bytes.size(), context);
    if (code < 0) return common::Error{Errc::internal, "stored sender key is damaged"};
    return decoded;
}

/// Borrowed from the record; null when it has no key of this id.
sender_key_state* state_of(const Record& record, std::uint32_t key_id) {
    sender_key_state* state = nullptr;
    if (!record || sender_key_record_get_sender_key_state_by_id(record.get(), &state, key_id) < 0) return nullptr;
    return state;
}

/// libsignal puts a state in front even for a key it knows, which hides the messages before the new position.
bool is_known(const Record& record, sender_key_distribution_message* message) {
    sender_key_state* const state = state_of(record, sender_key_distribution_message_get_id(message));
    if (!state) return false;
    const auto* const ours = sender_key_state_get_signing_key_public(state);
    const auto* const theirs = sender_key_distribution_message_get_signature_key(message);
    const auto position = sender_chain_key_get_iteration(sender_key_state_get_chain_key(state));
    return ec_public_key_compare(ours, theirs) == 0 &&
           position <= sender_key_distribution_message_get_iteration(message);
}

}  // namespace

Result<Bytes> Cipher::sender_key_distribution(const std::string& group, const Jid& own_device) {
    state_->stores.begin();
    const NativeAddress address{own_device};
    const signal_protocol_sender_key_name name = address.in_group(group);
    SignalPtr<group_session_builder> builder;
    int code = group_session_builder_create(out(builder), state_->ports.get(), state_->context.get());
    if (code < 0) return state_->failure(code);
    SignalPtr<sender_key_distribution_message> message;
    code = group_session_builder_create_session(builder.get(), out(message), &name);
    if (code < 0) return state_->failure(code);
    const auto* const base = reinterpret_cast<const ciphertext_message*>(message.get());
    return common::to_bytes(detail::view(ciphertext_message_get_serialized(base)));
}

Status Cipher::process_sender_key_distribution(const std::string& group, const Jid& sender, ByteView distribution) {
    state_->stores.begin();
    signal_context* const context = state_->context.get();
    SignalPtr<sender_key_distribution_message> message;
    int code =
        sender_key_distribution_message_deserialize(out(message), distribution.data(), distribution.size(), context);
    if (code < 0) return state_->failure(code);
    constexpr std::size_t chain_key_size = 32;
    const auto* const chain_key = sender_key_distribution_message_get_chain_key(message.get());
    if (!chain_key || signal_buffer_len(chain_key) != chain_key_size) return Errc::invalid_message;
    const auto record = load_record(state_->stores, context, group, sender);
    if (!record) return record.error();
    if (is_known(*record, message.get())) return {};
    const NativeAddress address{sender};
    const signal_protocol_sender_key_name name = address.in_group(group);
    SignalPtr<group_session_builder> builder;
    code = group_session_builder_create(out(builder), state_->ports.get(), context);
    if (code < 0) return state_->failure(code);
    code = group_session_builder_process_session(builder.get(), &name, message.get());
    if (code < 0) return state_->failure(code);
    return {};
}

Status Cipher::remove_sender_key(const std::string& group, const Jid& own_device) {
    return state_->stores.remove_sender_key(group, address_of(own_device));
}

Result<Bytes> Cipher::group_encrypt(const std::string& group, const Jid& own_device, ByteView padded) {
    state_->stores.begin();
    const NativeAddress address{own_device};
    const signal_protocol_sender_key_name name = address.in_group(group);
    SignalPtr<group_cipher> cipher;
    int code = group_cipher_create(out(cipher), state_->ports.get(), &name, state_->context.get());
    if (code < 0) return state_->failure(code);
    SignalPtr<ciphertext_message> message;
    code = group_cipher_encrypt(cipher.get(), padded.data(), padded.size(), out(message));
    if (code == SG_ERR_NO_SESSION || code == SG_ERR_INVALID_KEY_ID) return Errc::no_sender_key;
    if (code < 0) return state_->failure(code);
    return common::to_bytes(detail::view(ciphertext_message_get_serialized(message.get())));
}

Result<Bytes> Cipher::group_decrypt(const std::string& group, const Jid& sender, ByteView ciphertext) {
    state_->stores.begin();
    signal_context* const context = state_->context.get();
    SignalPtr<sender_key_message> message;
    int code = sender_key_message_deserialize(out(message), ciphertext.data(), ciphertext.size(), context);
    if (code < 0) return state_->failure(code);
    const NativeAddress address{sender};
    const signal_protocol_sender_key_name name = address.in_group(group);
    SignalPtr<group_cipher> cipher;
    code = group_cipher_create(out(cipher), state_->ports.get(), &name, context);
    if (code < 0) return state_->failure(code);
    SignalPtr<signal_buffer> plain;
    code = group_cipher_decrypt(cipher.get(), message.get(), nullptr, out(plain));
    if (code >= 0) return common::to_bytes(detail::view(plain.get()));
    if (code == SG_ERR_NO_SESSION) return Errc::no_sender_key;
    if (code != SG_ERR_INVALID_MESSAGE) return state_->failure(code);
    // The same number stands for an unknown key and for a bad signature (protocol part 2, section 6.3).
    const auto record = load_record(state_->stores, context, group, sender);
    if (!record) return record.error();
    return state_of(*record, sender_key_message_get_key_id(message.get())) ? Errc::invalid_signature
                                                                           : Errc::no_sender_key;
}

}  // namespace bridge::whatsapp::signal
