#include "bridge/whatsapp/content/wire_fields.hpp"

#include <optional>

namespace bridge::whatsapp::content {
namespace {

std::optional<std::uint64_t> take_varint(common::ByteView& rest) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (rest.empty()) return std::nullopt;
        const std::uint8_t byte = rest.front();
        rest = rest.subspan(1);
        value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    return std::nullopt;
}

}  // namespace

std::vector<WireField> wire_fields(common::ByteView message) {
    std::vector<WireField> fields;
    while (!message.empty() && fields.size() < 20'000) {
        const common::ByteView from = message;
        const auto tag = take_varint(message);
        if (!tag || *tag >> 3 == 0 || *tag >> 3 > 0x1FFFFFFF) break;
        WireField field;
        field.number = static_cast<std::uint32_t>(*tag >> 3);
        std::uint64_t skip = 0;
        switch (*tag & 7) {
            case 0:
                if (!take_varint(message)) return fields;
                break;
            case 1: skip = 8; break;
            case 5: skip = 4; break;
            case 2: {
                const auto size = take_varint(message);
                if (!size || *size > message.size()) return fields;
                field.delimited = true;
                field.value = message.first(static_cast<std::size_t>(*size));
                skip = *size;
                break;
            }
            default: return fields;
        }
        if (skip > message.size()) return fields;
        message = message.subspan(static_cast<std::size_t>(skip));
        field.whole = from.first(from.size() - message.size());
        fields.push_back(field);
    }
    return fields;
}

}  // namespace bridge::whatsapp::content
