/// Contents that are not files: texts, places, people, polls, events, and what changes another message (protocol part
/// 2, sections 7.3 to 7.8 and 7.12).
#pragma once

#include "bridge/whatsapp/content/context.hpp"
#include "bridge/whatsapp/content/media.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bridge::whatsapp::content {

/// What a link leads to, shown under a text.
struct LinkPreview {
    std::string url;  ///< exactly as in the text
    std::string title;
    std::string description;
    common::Bytes thumbnail;         ///< a small JPEG
    std::int32_t type{0};            ///< 0 page, 1 video, 5 image
    std::optional<Thumbnail> large;  ///< uploaded as `thumbnail-link`
    common::SecretBytes large_key;   ///< 32 bytes, the key of `large`
    common::UnixTime large_key_time{};
    friend bool operator==(const LinkPreview&, const LinkPreview&) = default;
};

/// Colours (ARGB) and font of a text status.
struct TextStyle {
    std::uint32_t background_argb{0};
    std::uint32_t text_argb{0};
    std::int32_t font{0};
    friend bool operator==(const TextStyle&, const TextStyle&) = default;
};

struct Text {
    std::string text;
    std::optional<LinkPreview> preview;
    std::optional<TextStyle> style;
    friend bool operator==(const Text&, const Text&) = default;
};

struct Location {
    double latitude{0};   ///< degrees
    double longitude{0};  ///< degrees
    std::string name;
    std::string address;
    std::string url;
    std::string comment;
    std::uint32_t accuracy_m{0};
    bool live{false};
    common::Bytes thumbnail;  ///< a small JPEG
    friend bool operator==(const Location&, const Location&) = default;
};

/// The start of a shared live location; received only.
struct LiveLocation {
    double latitude{0};
    double longitude{0};
    std::uint32_t accuracy_m{0};
    float speed_mps{0};
    std::uint32_t bearing{0};  ///< degrees clockwise from magnetic north
    std::string caption;
    std::int64_t sequence{0};
    common::Bytes thumbnail;
    friend bool operator==(const LiveLocation&, const LiveLocation&) = default;
};

struct ContactCard {
    std::string name;
    std::string vcard;  ///< vCard 3.0
    friend bool operator==(const ContactCard&, const ContactCard&) = default;
};

/// One card or several.
struct ContactCards {
    std::string title;  ///< of several
    std::vector<ContactCard> cards;
    friend bool operator==(const ContactCards&, const ContactCards&) = default;
};

/// AES-256-GCM over an add-on, with a key that comes from the target's message secret (room `addons` opens and makes
/// it).
struct Sealed {
    common::Bytes payload;  ///< with the tag at the end
    common::Bytes iv;       ///< 12 bytes
    friend bool operator==(const Sealed&, const Sealed&) = default;
};

struct Poll {
    std::string name;                    ///< the question, at most 255 characters
    std::vector<std::string> options;    ///< 2 to 12, different from each other
    std::uint32_t selectable{0};         ///< how many a voter may choose; 0 any number
    std::optional<std::size_t> correct;  ///< of a quiz: index of the right option
    bool quiz{false};
    common::UnixTime ends{};  ///< the epoch: open end
    bool hides_voters{false};
    bool open_options{false};  ///< others may add options
    bool announcement{false};  ///< in a community's announcement group (decides the field)
    friend bool operator==(const Poll&, const Poll&) = default;
};

/// A vote, sealed; each vote of a voter replaces the one before.
struct PollVote {
    MessageRef poll;
    Sealed vote;
    common::UnixMillis time{};
    friend bool operator==(const PollVote&, const PollVote&) = default;
};

struct PollOptionAdded {
    MessageRef poll;
    std::string option;
    friend bool operator==(const PollOptionAdded&, const PollOptionAdded&) = default;
};

/// How a poll stood when it was shared; received only.
struct PollResult {
    struct Count {
        std::string option;
        std::int64_t votes{0};
        friend bool operator==(const Count&, const Count&) = default;
    };
    std::string name;
    std::vector<Count> counts;
    friend bool operator==(const PollResult&, const PollResult&) = default;
};

struct Event {
    std::string name;
    std::string description;
    std::optional<Location> location;
    std::string join_link;
    common::UnixTime starts{};
    common::UnixTime ends{};  ///< the epoch: open end
    bool cancelled{false};
    bool extra_guests_allowed{false};
    bool is_call{false};
    std::optional<std::chrono::seconds> reminder;  ///< this long before the start
    friend bool operator==(const Event&, const Event&) = default;
};

struct EventResponse {
    MessageRef event;
    Sealed response;
    friend bool operator==(const EventResponse&, const EventResponse&) = default;
};

struct Reaction {
    MessageRef target;
    std::string emoji;  ///< empty takes the reaction back
    common::UnixMillis time{};
    std::string grouping_key;
    friend bool operator==(const Reaction&, const Reaction&) = default;
};

/// As announcement groups want it.
struct EncryptedReaction {
    MessageRef target;
    Sealed reaction;
    friend bool operator==(const EncryptedReaction&, const EncryptedReaction&) = default;
};

struct Comment {
    MessageRef target;
    common::Bytes message;  ///< wa.e2e.Message
    friend bool operator==(const Comment&, const Comment&) = default;
};

struct EncryptedComment {
    MessageRef target;
    Sealed comment;
    friend bool operator==(const EncryptedComment&, const EncryptedComment&) = default;
};

/// New content in place of an own message.
struct Edit {
    MessageRef target;      ///< `from_me` is true
    common::Bytes message;  ///< wa.e2e.Message: the whole new content
    common::UnixMillis time{};
    friend bool operator==(const Edit&, const Edit&) = default;
};

enum class SecretKind : std::int32_t {
    unknown = 0,
    event_edit = 1,
    message_edit = 2,
    message_schedule = 3,
    poll_edit = 4,
    poll_add_option = 5,
};

/// An edit, sealed.
struct EncryptedEdit {
    MessageRef target;
    Sealed edit;
    SecretKind kind{SecretKind::unknown};
    friend bool operator==(const EncryptedEdit&, const EncryptedEdit&) = default;
};

/// Deletes a message for everybody: an own one, or as a group admin somebody else's (`target.from_me` false).
struct Revoke {
    MessageRef target;
    friend bool operator==(const Revoke&, const Revoke&) = default;
};

struct Pin {
    MessageRef target;
    bool pinned{true};
    std::chrono::seconds duration{0};  ///< 86400, 604800 or 2592000; 0 to unpin
    common::UnixMillis time{};
    friend bool operator==(const Pin&, const Pin&) = default;
};

/// Keeps a message of a disappearing chat, or lets it go again.
struct Keep {
    MessageRef target;
    bool kept{true};
    common::UnixMillis time{};
    friend bool operator==(const Keep&, const Keep&) = default;
};

/// The chat's timer changes.
struct DisappearingTimer {
    std::chrono::seconds expiration{0};  ///< 86400, 604800, 7776000; 0 is off
    common::UnixTime set_at{};
    friend bool operator==(const DisappearingTimer&, const DisappearingTimer&) = default;
};

/// What somebody is called in one group; empty takes the label away.
struct MemberLabel {
    std::string label;
    common::UnixTime time{};
    friend bool operator==(const MemberLabel&, const MemberLabel&) = default;
};

}  // namespace bridge::whatsapp::content
