#include "tests/simulator/frames.hpp"

#include "tests/simulator/noise.hpp"

#include <algorithm>

namespace simulator {

using common::Bytes;
using common::ByteView;
using common::Result;

namespace {
constexpr common::ByteArray<4> edge_routing{'E', 'D', 0, 1};
constexpr std::size_t compact_above = 64U << 10;
constexpr common::ByteArray<4> intro{'W', 'A', 6, 3};

bool starts_with(ByteView bytes, ByteView prefix) {
    return bytes.size() >= prefix.size() && std::ranges::equal(bytes.first(prefix.size()), prefix);
}
}  // namespace

Result<bool> FrameReader::skip_intro() {
    const ByteView rest = ByteView{buffer_}.subspan(used_);
    if (rest.size() < 4) return false;
    std::size_t routing = 0;
    if (starts_with(rest, edge_routing)) {
        if (rest.size() < 7) return false;
        routing = 7 + common::read_be(rest.subspan(4, 3));
        if (rest.size() < routing + intro.size()) return false;
    }
    if (!starts_with(rest.subspan(routing), intro)) return HandshakeErrc::bad_intro;
    used_ += routing + intro.size();
    introduced_ = true;
    return true;
}

Result<std::optional<Bytes>> FrameReader::next() {
    if (!introduced_) {
        const auto done = skip_intro();
        if (!done) return done.error();
        if (!*done) return std::optional<Bytes>{};
    }
    const ByteView rest = ByteView{buffer_}.subspan(used_);
    if (rest.size() < 3) return std::optional<Bytes>{};
    const std::size_t size = common::read_be(rest.first(3));
    if (rest.size() - 3 < size) return std::optional<Bytes>{};
    std::optional<Bytes> frame{common::to_bytes(rest.subspan(3, size))};
    used_ += 3 + size;
    if (used_ == buffer_.size() || used_ > compact_above) {
        buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
        used_ = 0;
    }
    return frame;
}

Bytes framed(ByteView payload) {
    Bytes frame = common::be_bytes(payload.size(), 3);
    common::append(frame, payload);
    return frame;
}

}  // namespace simulator
