#include "bridge/whatsapp/pairing/detail/adv.hpp"

namespace bridge::whatsapp::pairing::detail {
namespace {

constexpr common::ByteArray<2> for_device{0x06, 0x00};
constexpr common::ByteArray<2> by_device{0x06, 0x01};
constexpr common::ByteArray<2> for_key_index_list{0x06, 0x02};
constexpr common::ByteArray<2> for_hosted{0x06, 0x05};

}  // namespace

Bytes account_signed_message(ByteView details, const common::crypto::PublicKey& companion, bool hosted) {
    return common::concat({hosted ? for_hosted : for_device, details, companion});
}

// Hosted devices have a prefix of their own (06 06), but the deployed clients sign with this one too.
Bytes device_signed_message(
    ByteView details, const common::crypto::PublicKey& companion, const common::crypto::PublicKey& phone
) {
    return common::concat({by_device, details, companion, phone});
}

Bytes key_index_list_message(ByteView details) { return common::concat({for_key_index_list, details}); }

common::crypto::Sha256 container_mac(ByteView adv_secret, ByteView signed_identity, bool hosted) {
    const ByteView prefix = hosted ? ByteView{for_hosted} : ByteView{};
    return common::crypto::hmac_sha256(adv_secret, {prefix, signed_identity});
}

}  // namespace bridge::whatsapp::pairing::detail
