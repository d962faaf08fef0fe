#include "common/crypto/crypto.hpp"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace common::crypto {

ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::bad_tag: return {Kind::invalid, "authentication tag does not match"};
        case Errc::bad_padding: return {Kind::invalid, "padding is wrong"};
        case Errc::bad_length: return {Kind::invalid, "ciphertext has a wrong length"};
        case Errc::low_order_point: return {Kind::invalid, "public key of low order"};
        case Errc::bad_key: return {Kind::invalid, "key or nonce of a wrong size"};
    }
    return {Kind::internal, "unknown crypto error"};
}

void random_bytes(std::span<std::uint8_t> out) {
    static const bool ready = sodium_init() >= 0;
    if (!ready) throw std::runtime_error{"no random generator"};
    if (!out.empty()) randombytes_buf(out.data(), out.size());
}

Bytes random_bytes(std::size_t size) {
    Bytes out(size);
    random_bytes(std::span{out});
    return out;
}

std::uint64_t random_below(std::uint64_t bound) {
    if (bound < 2) return 0;
    // Values under 2^64 mod bound would make the small remainders more likely.
    const std::uint64_t skipped = (0 - bound) % bound;
    std::uint64_t value = 0;
    do {
        ByteArray<8> bytes;
        random_bytes(std::span{bytes});
        value = read_be(bytes);
    } while (value < skipped);
    return value % bound;
}

Bytes prefixed(const PublicKey& key) {
    Bytes out(1 + key.size(), 0x05);  // whole at once: growing it trips a false alarm of g++ 12 at -O2
    std::copy(key.begin(), key.end(), out.begin() + 1);
    return out;
}

}  // namespace common::crypto
