#include "tests/simulator/node_log.hpp"

namespace simulator {

void NodeLog::add(
    std::string_view phone, std::uint16_t device, std::string_view direction, const bridge::whatsapp::Node& node
) {
    LogEntry entry{++last_seq_, std::string{phone}, device, direction, bridge::whatsapp::binary::outline(node)};
    entries_.push_back(std::move(entry));
    if (entries_.size() > capacity) entries_.pop_front();
}

}  // namespace simulator
