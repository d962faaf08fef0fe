/// Files of phones: sealed and put on the media hosts, fetched and opened, uploaded again when they are gone (protocol
/// part 2, sections 6.12 and 9). Phones reach the hosts' store directly, not over HTTP.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/content/content.hpp"
#include "tests/simulator/media/host.hpp"

#include <cstdint>
#include <string>

namespace simulator {

using bridge::whatsapp::Node;
using common::Bytes;
using common::ByteView;

/// What a file is to hold: one of these.
struct FileContent {
    Bytes data;
    std::string path;            ///< of a file on this machine
    std::uint64_t generated{0};  ///< so many bytes that follow from `seed` (`generate`)
    std::string seed;
};

/// Bytes [begin, begin + size) of generated content: the AES-256-CTR stream of the key SHA-256(seed), IV zero.
/// `begin` is a multiple of 16.
Bytes generate(std::string_view seed, std::uint64_t begin, std::size_t size);

/// `description` completed: key, hashes, length and path of the uploaded file.
common::asio::awaitable<common::Result<bridge::whatsapp::content::Media>> put_file(
    media::Host& host, bridge::whatsapp::content::Media description, FileContent content, std::uint64_t now
);

struct OpenedFile {
    common::crypto::Sha256 sha256{};
    std::uint64_t size{0};
    Bytes data;  ///< the first bytes
};
/// Fetches, checks MAC and hashes, and opens; keeps at most `most_kept` bytes of the content.
common::asio::awaitable<common::Result<OpenedFile>> open_file(
    media::Host& host, bridge::whatsapp::content::Media file, std::size_t most_kept
);

/// How a phone answers the request to upload a file again.
enum class Reupload { renew, not_found, failed, silent };

/// The `mediaretry` notification to a `server-error` receipt; `file` is null when the phone does not know the message.
Node media_retry_answer(
    media::Host& host, const Node& receipt, const bridge::whatsapp::content::Media* file, Reupload how
);

}  // namespace simulator
