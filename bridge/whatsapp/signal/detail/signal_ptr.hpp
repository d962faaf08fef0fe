/// Owners for libsignal's objects.
#pragma once

#include <signal/group_cipher.h>
#include <signal/group_session_builder.h>
#include <signal/session_builder.h>
#include <signal/session_cipher.h>
#include <signal/signal_protocol.h>

#include <memory>

namespace bridge::whatsapp::signal::detail {

template <class T>
struct Release {
    void operator()(T* object) const noexcept { signal_type_unref(reinterpret_cast<signal_type_base*>(object)); }
};
template <>
struct Release<signal_buffer> {
    void operator()(signal_buffer* buffer) const noexcept { signal_buffer_bzero_free(buffer); }
};
template <>
struct Release<signal_context> {
    void operator()(signal_context* context) const noexcept { signal_context_destroy(context); }
};
template <>
struct Release<signal_protocol_store_context> {
    void operator()(signal_protocol_store_context* stores) const noexcept {
        signal_protocol_store_context_destroy(stores);
    }
};
template <>
struct Release<session_builder> {
    void operator()(session_builder* builder) const noexcept { session_builder_free(builder); }
};
template <>
struct Release<session_cipher> {
    void operator()(session_cipher* cipher) const noexcept { session_cipher_free(cipher); }
};
template <>
struct Release<group_session_builder> {
    void operator()(group_session_builder* builder) const noexcept { group_session_builder_free(builder); }
};
template <>
struct Release<group_cipher> {
    void operator()(group_cipher* cipher) const noexcept { group_cipher_free(cipher); }
};

template <class T>
using SignalPtr = std::unique_ptr<T, Release<T>>;

/// Hands the new object of a C function over at the end of the full expression: `create(out(pointer), ...)`.
template <class T>
class Out {
public:
    explicit Out(SignalPtr<T>& target) noexcept : target_{target} {}
    Out(const Out&) = delete;
    Out& operator=(const Out&) = delete;
    ~Out() { target_.reset(raw_); }
    operator T**() noexcept { return &raw_; }  // NOLINT(google-explicit-constructor): that is its purpose

private:
    SignalPtr<T>& target_;
    T* raw_{nullptr};
};

template <class T>
Out<T> out(SignalPtr<T>& target) noexcept {
    return Out<T>{target};
}

}  // namespace bridge::whatsapp::signal::detail
