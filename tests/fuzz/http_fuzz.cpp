#include "common/bytes/bytes.hpp"
#include "common/bytes/utf8.hpp"
#include "common/http/detail/event_stream.hpp"
#include "common/http/detail/frame.hpp"
#include "common/http/detail/parser.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace common::http;
using namespace common::http::detail;

/// Offers `bytes` in pieces of `step`, each behind what was left of the earlier ones, as a connection does.
template <class Offer>
void in_pieces(std::string_view bytes, std::size_t step, Offer offer) {
    std::string pending;
    while (!bytes.empty()) {
        pending.append(bytes.substr(0, step));
        bytes.remove_prefix(std::min(step, bytes.size()));
        pending.erase(0, offer(pending));
    }
}

/// What was read does not depend on how the bytes were cut.
void parse_message(std::string_view bytes, std::size_t step, Parser::For kind) {
    constexpr std::size_t max_body = 1000;
    const auto read = [&](std::size_t piece) {
        Parser parser{kind};
        bool limited = false;
        in_pieces(bytes, piece, [&](std::string_view pending) {
            std::size_t used = parser.put(pending);
            if (parser.header_done() && !parser.done() && !limited) {
                limited = true;
                parser.limit_body(max_body);
                used += parser.put(pending.substr(used));
            }
            if (parser.body.size() > max_body) std::abort();
            return used;
        });
        parser.put_end();
        std::string seen = parser.method + ' ' + parser.target + ' ' + std::to_string(parser.status) + '\n';
        for (const auto& [name, value] : parser.headers.all()) seen += name + ": " + value + '\n';
        return parser.problem() ? std::string{} : seen + parser.body;
    };
    if (read(bytes.size()) != read(step)) std::abort();
}

void read_frames(std::string_view bytes, std::size_t step, Role role) {
    constexpr std::size_t max_message = 5000;
    FrameReader reader{role, max_message};
    bool failed = false;
    in_pieces(bytes, step, [&](std::string_view pending) {
        const std::size_t size = pending.size();
        while (!failed) {
            const auto event = reader.next(pending);
            failed = !event;
            if (failed || !*event) break;
            const FrameEvent& frame = **event;
            if (frame.data.size() > max_message) std::abort();
            if (frame.kind == Opcode::text && !common::is_utf8(frame.data)) std::abort();
        }
        return failed ? size : size - pending.size();
    });
}

void read_events(std::string_view bytes, std::size_t step) {
    const auto read = [&](std::size_t piece) {
        EventStreamReader reader{2000};
        std::string seen;
        bool failed = false;
        in_pieces(bytes, piece, [&](std::string_view pending) {
            const auto events =
                failed ? common::Result<std::vector<ServerEvent>>{HttpErrc::bad_message} : reader.feed(pending);
            failed = !events;
            if (events) {
                for (const auto& event : *events) seen += event.id + '\n' + event.type + '\n' + event.data + '\n';
            }
            return pending.size();
        });
        return failed ? std::string{} : seen;
    };
    if (read(bytes.size()) != read(step)) std::abort();
}

}  // namespace

/// The first byte chooses the reader, the second how the rest is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const std::string_view bytes = common::as_text({data + 2, size - 2});
    const std::size_t step = std::size_t{data[1]} + 1;
    switch (data[0] % 6) {
        case 0: parse_message(bytes, step, Parser::For::request); break;
        case 1: parse_message(bytes, step, Parser::For::response); break;
        case 2: read_frames(bytes, step, Role::server); break;
        case 3: read_frames(bytes, step, Role::client); break;
        case 4: read_events(bytes, step); break;
        default: {
            Request request;
            (void)read_target(bytes, request);
        }
    }
    return 0;
}
