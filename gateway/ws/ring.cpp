#include "gateway/ws/ring.hpp"

#include "common/http/websocket.hpp"
#include "common/json/json.hpp"

#include <algorithm>
#include <utility>

namespace gateway::ws {

Frame to_frame(const common::contract::Event& event) {
    common::json::Writer out;
    out.object().field("type", event.type).field("seq", event.seq).key("data").raw(event.data).end();
    Frame frame;
    frame.seq = event.seq;
    frame.type = event.type;
    frame.chat_jid = event.chat_jid;
    auto wire = common::http::encode_text_frame(out.text());
    frame.text_at = wire.size() - out.text().size();
    frame.wire = std::make_shared<const std::string>(std::move(wire));
    return frame;
}

void Ring::start(std::int64_t after) {
    frames_.clear();
    bytes_ = 0;
    floor_ = after;
}

void Ring::push(Frame frame) {
    bytes_ += frame.wire->size();
    frames_.push_back(std::move(frame));
    while (frames_.size() > max_frames_ || (bytes_ > max_bytes_ && frames_.size() > 1)) {
        floor_ = frames_.front().seq;
        bytes_ -= frames_.front().wire->size();
        frames_.pop_front();
    }
}

std::deque<Frame>::const_iterator Ring::place_after(std::int64_t cursor) const noexcept {
    return std::ranges::upper_bound(frames_, cursor, {}, &Frame::seq);
}

const Frame* Ring::first_after(std::int64_t cursor) const noexcept {
    const auto place = place_after(cursor);
    return place == frames_.end() ? nullptr : &*place;
}

std::size_t Ring::bytes_after(std::int64_t cursor, std::size_t enough) const noexcept {
    std::size_t sum = 0;
    for (auto place = place_after(cursor); place != frames_.end() && sum < enough; ++place) sum += place->wire->size();
    return sum;
}

}  // namespace gateway::ws
