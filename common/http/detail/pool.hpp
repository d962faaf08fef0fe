/// The open connections of a client, by target, while nobody uses them.
#pragma once

#include "common/http/detail/dial.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace common::http::detail {

class Pool {
public:
    explicit Pool(std::size_t max_idle_per_host) noexcept : max_idle_{max_idle_per_host} {}
    /// A connection that looks alive; nothing when a new one has to be made.
    std::unique_ptr<ByteStream> take(const Target& target);
    void give_back(const Target& target, std::unique_ptr<ByteStream> stream);

private:
    struct Idle {
        std::unique_ptr<ByteStream> stream;
        std::chrono::steady_clock::time_point since;
    };
    void drop_old(std::chrono::steady_clock::time_point now);

    std::size_t max_idle_;
    std::map<std::string, std::vector<Idle>> idle_;  ///< the one used last is at the end
    std::chrono::steady_clock::time_point cleaned_{};
};

}  // namespace common::http::detail
