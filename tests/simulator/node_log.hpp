/// The recent stanzas of all connections, as outlines without content, for assertions and for people who debug.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace simulator {

struct LogEntry {
    std::uint64_t seq{0};
    std::string phone;  ///< "" before login
    std::uint16_t device{0};
    std::string_view direction;  ///< "in" (from the client) or "out"
    std::string outline;
};

class NodeLog {
public:
    void add(
        std::string_view phone, std::uint16_t device, std::string_view direction, const bridge::whatsapp::Node& node
    );
    const std::deque<LogEntry>& entries() const noexcept { return entries_; }

private:
    static constexpr std::size_t capacity = 5000;
    std::deque<LogEntry> entries_;
    std::uint64_t last_seq_{0};
};

}  // namespace simulator
