#include "bridge/whatsapp/noise/frames.hpp"

namespace bridge::whatsapp::noise {

namespace {

constexpr std::size_t length_size = 3;
constexpr common::ByteArray<4> edge_routing{0x45, 0x44, 0x00, 0x01};  // "ED"
constexpr std::size_t kept_capacity = 64 * 1024;

}  // namespace

Result<Bytes> intro(ByteView routing_info) {
    Bytes out;
    if (!routing_info.empty()) {
        common::append(out, edge_routing);
        if (auto appended = append_frame(out, routing_info); !appended) return appended.error().within("routing info");
    }
    common::append(out, prologue);
    return out;
}

Status append_frame(Bytes& out, ByteView payload) {
    if (payload.size() >= frame_limit) return Errc::frame_too_large;
    common::append_be(out, payload.size(), length_size);
    common::append(out, payload);
    return {};
}

void FrameReader::feed(ByteView piece) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(read_));
    read_ = 0;
    // One large frame should not hold its memory for the rest of the connection.
    if (buffer_.empty() && buffer_.capacity() > kept_capacity) buffer_.shrink_to_fit();
    common::append(buffer_, piece);
}

std::optional<ByteView> FrameReader::next() noexcept {
    const ByteView rest = ByteView{buffer_}.subspan(read_);
    if (rest.size() < length_size) return std::nullopt;
    const std::size_t size = common::read_be(rest.first(length_size));
    if (rest.size() - length_size < size) return std::nullopt;
    read_ += length_size + size;
    return rest.subspan(length_size, size);
}

}  // namespace bridge::whatsapp::noise
