/// The cryptography libsignal asks its host for, over `common/crypto`.
#pragma once

#include "bridge/whatsapp/signal/detail/signal_ptr.hpp"
#include "common/crypto/provider.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace bridge::whatsapp::signal::detail {

class Provider {
public:
    using Random = std::function<void(std::span<std::uint8_t>)>;
    explicit Provider(Random random) : random_{std::move(random)} {}

    /// The provider must outlive the context.
    int install(signal_context* context);

    void fill(std::span<std::uint8_t> out) { random_(out); }
    /// Hash objects are used again: libsignal starts some ten of them a message.
    common::crypto::Hmac* take_hmac();
    void give_back(common::crypto::Hmac* hmac) { hmacs_.emplace_back(hmac); }

private:
    Random random_;
    std::vector<std::unique_ptr<common::crypto::Hmac>> hmacs_;
};

}  // namespace bridge::whatsapp::signal::detail
