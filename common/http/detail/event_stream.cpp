#include "common/http/detail/event_stream.hpp"

#include <algorithm>
#include <utility>

namespace common::http::detail {

Result<std::vector<ServerEvent>> EventStreamReader::feed(std::string_view bytes) {
    std::vector<ServerEvent> events;
    while (!bytes.empty()) {
        if (std::exchange(after_return_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const auto end = bytes.find_first_of("\r\n");
        line_.append(bytes.substr(0, end));
        if (line_.size() + event_.data.size() > max_event_) return HttpErrc::body_too_large;
        if (end == std::string_view::npos) break;
        after_return_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        std::string_view line = line_;
        if (std::exchange(at_start_, false) && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
        take_line(line, events);
        line_.clear();
    }
    return events;
}

void EventStreamReader::take_line(std::string_view line, std::vector<ServerEvent>& events) {
    if (line.empty()) {
        if (std::exchange(has_data_, false)) {
            event_.data.pop_back();  // the line feed behind the last line
            events.push_back(event_);
        }
        event_.data.clear();
        event_.type.clear();
        return;
    }
    const auto colon = std::min(line.find(':'), line.size());
    const auto field = line.substr(0, colon);
    auto value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
        event_.data.append(value).push_back('\n');
        has_data_ = true;
    } else if (field == "event") {
        event_.type = value;
    } else if (field == "id" && value.find('\0') == std::string_view::npos) {
        event_.id = value;
    }
}

}  // namespace common::http::detail
