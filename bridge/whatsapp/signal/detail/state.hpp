/// What a `Cipher` is made of.
#pragma once

#include "bridge/whatsapp/signal/detail/errors.hpp"
#include "bridge/whatsapp/signal/detail/provider.hpp"
#include "bridge/whatsapp/signal/detail/stores.hpp"
#include "bridge/whatsapp/signal/signal.hpp"

#include <string>

namespace bridge::whatsapp::signal {

struct Cipher::State {
    State(storage::Storage& storage, LocalIdentity local, detail::Provider::Random random);

    /// The error of a libsignal call that returned `code` < 0: that of a port, if one failed.
    common::Error failure(int code);
    /// After a success that may have shown an identity: keeps it and tells about a change.
    Status keep_identity(const Jid& device);

    detail::Provider provider;
    detail::Stores stores;
    detail::SignalPtr<signal_context> context;
    detail::SignalPtr<signal_protocol_store_context> ports;
    std::function<void(const Jid&)> identity_changed;
};

namespace detail {

/// A Signal address in libsignal's form; keeps the text it points to.
class NativeAddress {
public:
    explicit NativeAddress(const Jid& device) : name_{device.signal_name()} {
        native_ = {name_.data(), name_.size(), device.device};
    }
    NativeAddress(const NativeAddress&) = delete;
    NativeAddress& operator=(const NativeAddress&) = delete;
    const signal_protocol_address* get() const noexcept { return &native_; }
    signal_protocol_sender_key_name in_group(const std::string& group) const noexcept {
        return {group.data(), group.size(), native_};
    }

private:
    std::string name_;
    signal_protocol_address native_{};
};

inline ByteView view(const signal_buffer* buffer) noexcept {
    return {signal_buffer_const_data(buffer), signal_buffer_len(buffer)};
}

}  // namespace detail

}  // namespace bridge::whatsapp::signal
