#include "bridge/whatsapp/messages/padding.hpp"

#include <algorithm>

namespace bridge::whatsapp::messages {

using common::Kind;

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::bad_padding: return {Kind::invalid, "message padding is wrong"};
        case Errc::bad_stanza: return {Kind::invalid, "message stanza is malformed"};
        case Errc::no_recipient_device:
            return {Kind::not_found, "the recipient has no device that can receive messages"};
    }
    return {Kind::internal, "unknown message error"};
}

common::Bytes pad(common::ByteView plain, std::uint8_t random) {
    const std::uint8_t low = random & 0x0F;
    const std::uint8_t size = low == 0 ? 15 : low;
    common::Bytes padded;
    padded.reserve(plain.size() + size);
    common::append(padded, plain);
    padded.insert(padded.end(), size, size);
    return padded;
}

common::Result<common::ByteView> unpad(common::ByteView padded) {
    if (padded.empty()) return Errc::bad_padding;
    const std::size_t size = padded.back();
    if (size == 0 || size > padded.size()) return Errc::bad_padding;
    const common::ByteView tail = padded.last(size);
    if (!std::all_of(tail.begin(), tail.end(), [&](std::uint8_t byte) { return byte == size; }))
        return Errc::bad_padding;
    return padded.first(padded.size() - size);
}

}  // namespace bridge::whatsapp::messages
