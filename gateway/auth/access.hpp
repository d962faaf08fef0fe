/// Who may talk to the gateway: one shared key, or nobody but this machine.
///
/// With a key every request but the open pages needs it. Without one the gateway only listens on loopback and keeps out
/// what a browser could be tricked into: foreign host names (DNS rebinding) and foreign origins.
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/http/message.hpp"
#include "common/result/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gateway::auth {

enum class Errc { open_to_the_network = 1 };
common::ErrcInfo describe(Errc code) noexcept;

class Access {
public:
    /// An empty key means none.
    explicit Access(common::SecretBytes key) : key_{std::move(key)} {}

    /// Fails with `open_to_the_network` for an address beyond loopback without a key.
    common::Status may_listen(std::string_view host) const;
    /// Nothing lets the request pass; for WebSocket upgrades too.
    std::optional<common::http::Response> refuse(const common::http::Request& request) const;

private:
    std::optional<common::http::Response> refuse_without_key(const common::http::Request& request) const;
    bool has_key(const common::http::Request& request) const;

    common::SecretBytes key_;
};

}  // namespace gateway::auth
