#include "bridge/whatsapp/media/sidecar.hpp"

#include "common/crypto/crypto.hpp"

#include <algorithm>

namespace bridge::whatsapp::media {

namespace crypto = common::crypto;

Sidecar::Sidecar(const Keys& keys) : mac_key_{keys.mac_key}, mac_{std::make_unique<crypto::Hmac>()}, before_{keys.iv} {}

void Sidecar::start_piece() {
    mac_->start(mac_key_.view());
    mac_->update(before_);
    in_piece_ = 0;
    open_ = true;
}

void Sidecar::end_piece() {
    const auto mac = mac_->finish();
    common::append(made_, ByteView{mac}.first(mac_size));
    open_ = false;
}

void Sidecar::update(ByteView body) {
    while (!body.empty()) {
        if (!open_) start_piece();
        const ByteView part = body.first(std::min(body.size(), sidecar_piece - in_piece_));
        mac_->update(part);
        in_piece_ += part.size();
        // The piece after this one begins with the last block of this one.
        const std::size_t fresh = std::min(part.size(), before_.size());
        std::move(before_.begin() + static_cast<std::ptrdiff_t>(fresh), before_.end(), before_.begin());
        std::copy(
            part.end() - static_cast<std::ptrdiff_t>(fresh),
            part.end(),
            before_.end() - static_cast<std::ptrdiff_t>(fresh)
        );
        if (in_piece_ == sidecar_piece) end_piece();
        body = body.subspan(part.size());
    }
}

Bytes Sidecar::finish() {
    if (open_) end_piece();
    return std::move(made_);
}

Status check_sidecar(const Keys& keys, ByteView sidecar, std::size_t index, ByteView before, ByteView piece) {
    if (sidecar.size() / mac_size <= index || piece.empty() || piece.size() > sidecar_piece) return Errc::wrong_sidecar;
    if (index != 0 && before.size() != block_size) return Errc::wrong_sidecar;
    const auto mac = crypto::hmac_sha256(keys.mac_key.view(), {index == 0 ? ByteView{keys.iv} : before, piece});
    if (!common::equal_secret(ByteView{mac}.first(mac_size), sidecar.subspan(index * mac_size, mac_size))) {
        return Errc::wrong_sidecar;
    }
    return {};
}

Result<Bytes> first_frame_sidecar(const Keys& keys, ByteView ciphertext, std::size_t first_frame_length) {
    if (first_frame_length > ciphertext.size()) return Errc::too_short;
    const std::size_t aligned = (first_frame_length + block_size - 1) / block_size * block_size;
    if (aligned > ciphertext.size()) return Errc::too_short;
    const auto mac = crypto::hmac_sha256(keys.mac_key.view(), {ByteView{keys.iv}, ciphertext.first(aligned)});
    return common::to_bytes(ByteView{mac}.first(mac_size));
}

}  // namespace bridge::whatsapp::media
