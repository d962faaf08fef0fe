#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/binary/node.hpp"
#include "common/bytes/bytes.hpp"

#include <cstdlib>

namespace binary = bridge::whatsapp::binary;

/// A node that could be decoded survives being encoded and decoded again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto node = binary::decode({data, size}, binary::Limits{.inflated = 1U << 20});
    if (!node) return 0;
    const common::Bytes wire = binary::encode(*node);
    const auto again = binary::decode(wire);
    if (!again || binary::encode(*again) != wire) std::abort();
    return 0;
}
