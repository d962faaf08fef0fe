#include "tests/simulator/space.hpp"

#include "common/bytes/bytes.hpp"
#include "common/crypto/crypto.hpp"

namespace simulator {

namespace server = bridge::whatsapp::server;

std::string lid_for(std::string_view phone) {
    const auto digest = common::crypto::sha256({common::as_bytes("lid:"), common::as_bytes(phone)});
    const std::uint64_t number = common::read_be(common::ByteView{digest}.first(8));
    return std::to_string(100'000'000'000'000ULL + number % 900'000'000'000'000ULL);
}

Jid person(std::string_view phone, Space space, std::uint16_t device) {
    return space == Space::lid ? Jid{lid_for(phone), server::lid, device} : Jid{phone, server::user, device};
}

}  // namespace simulator
