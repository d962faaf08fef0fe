#include "bridge/api/detail/event_text.hpp"

namespace bridge::api::detail {

std::string event_text(const common::contract::Event& event) {
    std::string text = "id: " + std::to_string(event.seq) + "\nevent: " + event.type + "\ndata: ";
    for (const char c : event.data) {
        // JSON may hold line ends between its tokens; each line of data needs the field's name.
        if (c == '\n') {
            text += "\ndata: ";
        } else if (c != '\r') {
            text += c;
        }
    }
    text += "\n\n";
    return text;
}

std::string stream_opening() { return "retry: 2000\n\n"; }
std::string heartbeat_text() { return ": still here\n\n"; }

}  // namespace bridge::api::detail
