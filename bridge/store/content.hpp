/// What a message holds besides its text, as the caller has read it.
#pragma once

#include "bridge/store/party.hpp"
#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bridge::store {

using common::UnixTime;

/// Where the file of a message is. Stored as numbers: never renumber.
enum class MediaState : int {
    remote = 0,
    downloading = 1,
    downloaded = 2,
    failed = 3,  ///< may be tried again
    gone = 4     ///< nobody has it any more
};

/// How to fetch and open a file, and what to show meanwhile.
struct MediaInfo {
    std::string mime_type;
    std::string file_name;  ///< from the network: never a path
    std::string url;
    std::string direct_path;
    common::Bytes media_key;
    common::Bytes file_sha256;
    common::Bytes file_enc_sha256;
    std::int64_t file_length{0};
    UnixTime key_time{};
    std::int64_t width{0};
    std::int64_t height{0};
    std::int64_t seconds{0};
    std::int64_t pages{0};
    common::Bytes waveform;
    common::Bytes thumbnail;  ///< a small JPEG or PNG
    bool animated{false};
    MediaState state{MediaState::remote};
    std::string path;  ///< of the local copy; "" when there is none

    friend bool operator==(const MediaInfo&, const MediaInfo&) = default;
};

/// The message that a message answers, and what it said.
struct QuoteInfo {
    std::string id;
    Party sender;
    std::string text;
};

/// Votes name options by hash.
struct PollOptionInfo {
    std::string name;
    common::Bytes hash;  ///< 32 bytes
};

struct PollInfo {
    std::string name;
    std::vector<PollOptionInfo> options;
    std::int64_t selectable{0};  ///< 0: any number
    bool quiz{false};
    std::optional<std::int64_t> correct;  ///< index of an option
    std::optional<UnixTime> ends;
};

/// Everything but text and sender. A plain text has none of it, and then no row.
struct Extras {
    std::string kind;  ///< "image", "poll" ...; "" for a text
    std::optional<MediaInfo> media;
    std::optional<QuoteInfo> quote;
    std::vector<std::string> mentions;  ///< addresses, either form
    bool mentions_me{false};
    bool forwarded{false};
    std::int64_t forwarding_score{0};
    bool view_once{false};
    std::optional<UnixTime> expires_at;
    std::string parent;  ///< id of the album, or of the message commented on
    std::optional<PollInfo> poll;
    std::string details;  ///< JSON object of what is only shown: its members stand in the message's JSON
};

}  // namespace bridge::store
