/// The top-level fields of a serialised protobuf as they stand there: to recognise messages whose type we do not need,
/// and to hash parts of them byte for byte.
#pragma once

#include "common/bytes/bytes.hpp"

#include <cstdint>
#include <vector>

namespace bridge::whatsapp::content {

struct WireField {
    std::uint32_t number{0};
    bool delimited{false};   ///< a string, bytes or a message
    common::ByteView value;  ///< of delimited fields; empty otherwise
    common::ByteView whole;  ///< with tag and length
};

/// In wire order, at most 20,000; stops quietly at the first malformed byte. The views are into `message`.
std::vector<WireField> wire_fields(common::ByteView message);

}  // namespace bridge::whatsapp::content
