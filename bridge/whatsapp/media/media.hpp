/// Media: the files that travel beside messages, encrypted, over HTTP (protocol part 2, section 9). This header has the
/// kinds of media, their keys and the descriptor that a message carries; the ciphers are in cipher.hpp, the request for
/// a new upload in retry.hpp, the hosts in media_conn.hpp and media_hosts.hpp, moving files in transfers.hpp.
///
/// The room knows nothing of message content: whoever sends or receives fills a `Descriptor` from it.
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace bridge::whatsapp::media {

using common::ByteArray;
using common::Bytes;
using common::ByteView;
using common::Error;
using common::Result;
using common::SecretArray;
using common::Status;

enum class Errc {
    bad_key = 1,
    bad_hash,
    too_short,
    body_hash_differs,
    wrong_mac,
    wrong_padding,
    content_hash_differs,
    wrong_sidecar,
    bad_path,
    gone,
    not_allowed,
    no_hosts,
    unavailable,
    too_large,
    bad_answer,
    file_failed,
    not_on_phone
};
common::ErrcInfo describe(Errc code) noexcept;

/// What a file is to WhatsApp: decides its keys and its place on the media hosts.
enum class Type {
    image,
    video,
    gif,
    video_note,
    audio,
    voice_note,
    document,
    sticker,
    history,
    app_state,
    link_thumbnail,
    image_thumbnail,
    video_thumbnail,
    document_thumbnail,
    sticker_pack,
    sticker_pack_thumbnail
};

/// `/mms/<name>` of uploads and `mms-type` of downloads (protocol part 2, section 9.2).
std::string_view mms_type(Type type) noexcept;
/// The info of the key derivation: "WhatsApp Image Keys".
std::string_view key_info(Type type) noexcept;

inline constexpr std::size_t media_key_size = 32;
inline constexpr std::size_t mac_size = 10;
inline constexpr std::size_t block_size = 16;

/// What a media key is expanded to (protocol part 2, section 9.3).
struct Keys {
    ByteArray<16> iv{};
    SecretArray<32> cipher_key;
    SecretArray<32> mac_key;

    /// `bad_key` when the media key has not 32 bytes.
    static Result<Keys> derive(ByteView media_key, Type type);
};

/// Bytes of the encrypted body of so many bytes: whole blocks with padding, and the MAC.
constexpr std::uint64_t body_size(std::uint64_t plain_size) noexcept {
    return (plain_size / block_size + 1) * block_size + mac_size;
}

/// Where a file is and what opens it, as a message says it. Hashes are empty when the message has none.
struct Descriptor {
    Type type{Type::image};
    std::string direct_path;       ///< "/v/t62...?ccb=..."; preferred to `url`
    std::string url;               ///< used for its path when there is no direct path
    Bytes media_key;               ///< 32 bytes; empty for newsletters, whose media is not encrypted
    Bytes file_sha256;             ///< of the content
    Bytes file_enc_sha256;         ///< of the body on the host
    std::uint64_t file_length{0};  ///< said by the sender; 0 when not said, and not always true
};

/// base64url with padding of a body's hash: the token of uploads and `hash` of downloads.
std::string token_of(ByteView file_enc_sha256);

}  // namespace bridge::whatsapp::media
