/// Where the bytes of a file come from: memory in tests, a descriptor in the bridge. Parsers ask for what they need, so
/// a file of gigabytes is known from a few kilobytes.
#pragma once

#include "common/bytes/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bridge::convert::formats {

using common::ByteView;

class Source {
public:
    virtual ~Source() = default;
    virtual std::uint64_t size() const noexcept = 0;
    /// Fills `out` with the bytes from `offset`; tells how many there were. Fewer than asked for is the end of the
    /// file.
    virtual std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) noexcept = 0;
};

/// Bytes that live as long as this.
class MemorySource final : public Source {
public:
    explicit MemorySource(ByteView bytes) noexcept : bytes_{bytes} {}
    std::uint64_t size() const noexcept override { return bytes_.size(); }
    std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) noexcept override {
        if (offset >= bytes_.size()) return 0;
        const ByteView rest = bytes_.subspan(static_cast<std::size_t>(offset));
        const std::size_t count = std::min(rest.size(), out.size());
        std::copy_n(rest.begin(), count, out.begin());
        return count;
    }

private:
    ByteView bytes_;
};

}  // namespace bridge::convert::formats
