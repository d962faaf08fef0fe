/// Server-Sent Events as bytes (the HTML standard, section 9.2.6): no socket, no waiting.
#pragma once

#include "common/http/client.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace common::http::detail {

class EventStreamReader {
public:
    explicit EventStreamReader(std::size_t max_event) noexcept : max_event_{max_event} {}
    /// The events that end within `bytes`, in order; `body_too_large` when one grows past the limit.
    Result<std::vector<ServerEvent>> feed(std::string_view bytes);

private:
    void take_line(std::string_view line, std::vector<ServerEvent>& events);

    std::size_t max_event_;
    std::string line_;   ///< begun, not ended
    ServerEvent event_;  ///< its id stays from event to event
    bool has_data_{false};
    bool after_return_{false};  ///< a line feed that follows belongs to the line end
    bool at_start_{true};
};

}  // namespace common::http::detail
