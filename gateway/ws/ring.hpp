/// The newest frames in memory: what a client that was away for a moment still needs.
#pragma once

#include "common/contract/contract.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <string>

namespace gateway::ws {

/// An event as clients see it: `{"type","seq","data"}`, encoded once for all of them.
struct Frame {
    std::int64_t seq{0};
    std::string type;
    std::string chat_jid;
    std::shared_ptr<const std::string> wire;  ///< the whole WebSocket frame
    std::size_t text_at{0};                   ///< where its JSON begins in `wire`

    std::string_view text() const noexcept { return std::string_view{*wire}.substr(text_at); }
};

Frame to_frame(const common::contract::Event& event);

class Ring {
public:
    Ring(std::size_t max_frames, std::size_t max_bytes) : max_frames_{max_frames}, max_bytes_{max_bytes} {}

    /// Empty; everything after `after` will be pushed.
    void start(std::int64_t after);
    /// Nothing is known any more, until `start`.
    void stop() { start(unknown); }
    /// In the order of `seq`. The oldest frames give way.
    void push(Frame frame);

    bool started() const noexcept { return floor_ != unknown; }
    /// True when no event after `cursor` is missing here.
    bool reaches(std::int64_t cursor) const noexcept { return cursor >= floor_; }
    /// The first frame after `cursor`; null when there is none (yet).
    const Frame* first_after(std::int64_t cursor) const noexcept;
    /// Bytes of the frames after `cursor`, counted up to `enough`.
    std::size_t bytes_after(std::int64_t cursor, std::size_t enough) const noexcept;
    std::size_t bytes() const noexcept { return bytes_; }
    std::size_t size() const noexcept { return frames_.size(); }

private:
    static constexpr std::int64_t unknown = std::numeric_limits<std::int64_t>::max();

    std::deque<Frame>::const_iterator place_after(std::int64_t cursor) const noexcept;

    std::size_t max_frames_;
    std::size_t max_bytes_;
    std::deque<Frame> frames_;
    std::size_t bytes_{0};
    std::int64_t floor_{unknown};  ///< all events after it are here
};

}  // namespace gateway::ws
