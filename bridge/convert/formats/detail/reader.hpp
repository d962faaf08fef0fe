/// Reads numbers from a Source at a moving place, through a small window. Reading past the end gives zeros and makes
/// `ok()` false for good, so that a parser reads from top to bottom and asks once.
#pragma once

#include "bridge/convert/formats/source.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace bridge::convert::formats::detail {

class Reader {
public:
    explicit Reader(Source& source, std::uint64_t position = 0) noexcept : source_{source}, position_{position} {}

    bool ok() const noexcept { return ok_; }
    std::uint64_t position() const noexcept { return position_; }
    void seek(std::uint64_t position) noexcept { position_ = position; }
    void skip(std::uint64_t count) noexcept {
        if (count > source_.size() || position_ > source_.size() - count)
            ok_ = false;
        else
            position_ += count;
    }

    std::uint8_t u8() noexcept {
        if (position_ < start_ || position_ - start_ >= held_) fill();
        if (!ok_) return 0;
        return window_[static_cast<std::size_t>(position_++ - start_)];
    }
    std::uint16_t be16() noexcept { return static_cast<std::uint16_t>(big(2)); }
    std::uint32_t be32() noexcept { return static_cast<std::uint32_t>(big(4)); }
    std::uint64_t be64() noexcept { return big(8); }
    std::uint16_t le16() noexcept { return static_cast<std::uint16_t>(little(2)); }
    std::uint32_t le32() noexcept { return static_cast<std::uint32_t>(little(4)); }
    std::uint64_t le64() noexcept { return little(8); }
    std::uint64_t big(int bytes) noexcept {
        std::uint64_t value = 0;
        for (int i = 0; i < bytes; ++i) value = value << 8 | u8();
        return value;
    }
    std::uint64_t little(int bytes) noexcept {
        std::uint64_t value = 0;
        for (int i = 0; i < bytes; ++i) value |= std::uint64_t{u8()} << (8 * i);
        return value;
    }

private:
    void fill() noexcept {
        start_ = position_;
        held_ = ok_ ? source_.read(position_, window_) : 0;
        if (held_ == 0) ok_ = false;
    }

    Source& source_;
    std::uint64_t position_;
    std::uint64_t start_{0};
    std::size_t held_{0};
    bool ok_{true};
    std::array<std::uint8_t, 2048> window_;
};

/// "moov" as the number that a big-endian read of its four letters gives.
constexpr std::uint32_t four(const char (&text)[5]) noexcept {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(text[i]);
    return value;
}

}  // namespace bridge::convert::formats::detail
