/// The top-level fields of a serialised protobuf, for messages whose type we only need to recognise.
#pragma once

#include "common/bytes/bytes.hpp"

#include <cstdint>
#include <vector>

namespace bridge::whatsapp::content {

struct WireField {
    std::uint32_t number{0};
    common::ByteView value;  ///< of length-delimited fields; empty otherwise
};

/// In wire order, at most 1,000; stops quietly at the first malformed byte.
std::vector<WireField> wire_fields(common::ByteView message);

}  // namespace bridge::whatsapp::content
