#include "bridge/whatsapp/noise/transport_cipher.hpp"

#include "bridge/whatsapp/noise/symmetric_state.hpp"

namespace bridge::whatsapp::noise {

namespace {

constexpr std::uint64_t counter_end = 1ULL << 32;

}  // namespace

TransportCipher::TransportCipher(const TransportKeys& keys) : write_{keys.write.view()}, read_{keys.read.view()} {}

Result<Bytes> TransportCipher::seal(ByteView plain) {
    if (written_ == counter_end) return Errc::counter_exhausted;
    return write_.seal(nonce(static_cast<std::uint32_t>(written_++)), {}, plain);
}

Result<Bytes> TransportCipher::open(ByteView sealed) {
    if (opened_ == counter_end) return Errc::counter_exhausted;
    auto plain = read_.open(nonce(static_cast<std::uint32_t>(opened_++)), {}, sealed);
    if (!plain) return Errc::not_authentic;
    return plain;
}

}  // namespace bridge::whatsapp::noise
