/// Keys, contents and short ways through the ciphers.
#pragma once

#include "bridge/whatsapp/media/cipher.hpp"

#include <algorithm>

namespace media_test {

namespace media = bridge::whatsapp::media;
using common::Bytes;
using common::ByteView;
using common::Result;

inline Bytes counting(std::size_t size) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 7 + (i >> 8));
    return out;
}

inline media::Keys some_keys(media::Type type = media::Type::video) {
    return media::Keys::derive(counting(32), type).value();
}

struct SealedFile {
    media::Sealed sealed;
    Bytes body;
};

inline SealedFile seal(
    const media::Keys& keys, ByteView plain, std::size_t chunk = 1000, bool sidecar = false, media::RunTasks run = {}
) {
    SealedFile file;
    media::Encryptor encryptor{keys, sidecar, std::move(run)};
    while (!plain.empty()) {
        const ByteView piece = plain.first(std::min(chunk, plain.size()));
        common::append(file.body, encryptor.update(piece));
        plain = plain.subspan(piece.size());
    }
    common::append(file.body, encryptor.finish(file.sealed));
    return file;
}

inline media::Expected expected(const media::Sealed& sealed) {
    return {
        Bytes(sealed.file_sha256.begin(), sealed.file_sha256.end()),
        Bytes(sealed.file_enc_sha256.begin(), sealed.file_enc_sha256.end())};
}

inline Result<Bytes> open_with(media::Decryptor& decryptor, ByteView body, std::size_t chunk) {
    Bytes plain;
    while (!body.empty()) {
        const ByteView piece = body.first(std::min(chunk, body.size()));
        common::append(plain, decryptor.update(piece));
        body = body.subspan(piece.size());
    }
    const auto rest = decryptor.finish();
    if (!rest) return rest.error();
    common::append(plain, *rest);
    return plain;
}

inline Result<Bytes> open(
    const media::Keys& keys, media::Expected wanted, ByteView body, std::size_t chunk = 1000, media::RunTasks run = {}
) {
    auto decryptor = media::Decryptor::create(keys, std::move(wanted), std::move(run));
    if (!decryptor) return decryptor.error();
    return open_with(*decryptor, body, chunk);
}

}  // namespace media_test
