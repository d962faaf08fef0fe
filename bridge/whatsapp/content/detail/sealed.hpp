/// The two fields that every sealed add-on has.
#pragma once

#include "bridge/whatsapp/content/content.hpp"
#include "bridge/whatsapp/content/detail/fields.hpp"

namespace bridge::whatsapp::content::detail {

template <class M>
Sealed read_sealed(const M& message) {
    return {bytes(message.enc_payload()), bytes(message.enc_iv())};
}

template <class M>
common::Status put_sealed(M& message, const Sealed& sealed) {
    if (sealed.payload.size() < 16 || sealed.iv.size() != 12) return Errc::bad_seal;
    message.set_enc_payload(common::to_string(sealed.payload));
    message.set_enc_iv(common::to_string(sealed.iv));
    return {};
}

}  // namespace bridge::whatsapp::content::detail
