/// Byte strings: owned, borrowed and secret, and their text forms.
#pragma once

#include "common/result/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace common {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;

/// Borrow text as bytes and bytes as text; the view lives as long as its source.
inline ByteView as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }
inline Bytes to_bytes(std::string_view text) { return to_bytes(as_bytes(text)); }
inline std::string to_string(ByteView view) { return std::string{as_text(view)}; }

inline void append(Bytes& out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }
Bytes concat(std::initializer_list<ByteView> parts);

/// Big-endian numbers of `size` bytes (1 to 8).
void append_be(Bytes& out, std::uint64_t value, std::size_t size);
Bytes be_bytes(std::uint64_t value, std::size_t size);
std::uint64_t read_be(ByteView bytes) noexcept;

/// Exactly N bytes, or an error.
template <std::size_t N>
Result<ByteArray<N>> to_array(ByteView bytes) {
    if (bytes.size() != N) return Errc::invalid_argument;
    ByteArray<N> out;
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

std::string to_hex(ByteView bytes);
Result<Bytes> from_hex(std::string_view text);
/// Standard alphabet with padding; reading accepts missing padding and the URL alphabet.
std::string to_base64(ByteView bytes);
std::string to_base64url(ByteView bytes);  ///< without padding
Result<Bytes> from_base64(std::string_view text);

/// In constant time for equal sizes.
bool equal_secret(ByteView a, ByteView b) noexcept;
/// Overwrites; the compiler may not leave it out.
void wipe(std::span<std::uint8_t> bytes) noexcept;

/// Key material: wiped on destruction, compared in constant time, not formattable.
class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(Bytes bytes) noexcept : bytes_{std::move(bytes)} {}
    explicit SecretBytes(ByteView bytes) : bytes_{bytes.begin(), bytes.end()} {}
    SecretBytes(const SecretBytes&) = default;
    SecretBytes(SecretBytes&&) noexcept = default;
    SecretBytes& operator=(const SecretBytes& other);
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    ~SecretBytes() { wipe(bytes_); }

    ByteView view() const noexcept { return bytes_; }
    std::size_t size() const noexcept { return bytes_.size(); }
    bool empty() const noexcept { return bytes_.empty(); }
    friend bool operator==(const SecretBytes& a, const SecretBytes& b) noexcept {
        return equal_secret(a.view(), b.view());
    }

private:
    Bytes bytes_;
};

/// Key material of a fixed size.
template <std::size_t N>
class SecretArray {
public:
    SecretArray() noexcept { bytes_.fill(0); }
    explicit SecretArray(std::span<const std::uint8_t, N> bytes) noexcept {
        std::copy(bytes.begin(), bytes.end(), bytes_.begin());
    }
    SecretArray(const SecretArray&) noexcept = default;
    SecretArray& operator=(const SecretArray&) noexcept = default;
    ~SecretArray() { wipe(bytes_); }

    static Result<SecretArray> from(ByteView bytes) {
        if (bytes.size() != N) return Errc::invalid_argument;
        return SecretArray{bytes.first<N>()};
    }
    ByteView view() const noexcept { return bytes_; }
    std::span<std::uint8_t, N> writable() noexcept { return bytes_; }
    friend bool operator==(const SecretArray& a, const SecretArray& b) noexcept {
        return equal_secret(a.bytes_, b.bytes_);
    }

private:
    ByteArray<N> bytes_;
};

}  // namespace common
