/// What travels around a content: which message it answers, whom it mentions, where it was forwarded from, how long it
/// lives (protocol part 2, section 7.2).
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bridge::whatsapp::content {

/// One message, named as another message names it (`MessageKey`). Message ids are unique per chat and sender only.
struct MessageRef {
    Jid chat;             ///< bare
    bool from_me{false};  ///< relative to whoever wrote the message that contains this reference, not to us
    std::string id;
    Jid participant;  ///< bare author; only in groups and status, and only when `from_me` is false

    bool empty() const noexcept { return id.empty(); }
    friend bool operator==(const MessageRef&, const MessageRef&) = default;
};

/// The message that a content answers.
struct Quote {
    std::string id;
    Jid author;             ///< bare, in the address form that the chat uses
    Jid chat;               ///< only when the quoted message is in another chat (status, private reply to a group)
    common::Bytes message;  ///< wa.e2e.Message without wrappers and contexts, as `quote_of` makes it; may be empty

    friend bool operator==(const Quote&, const Quote&) = default;
};

/// A group of the same community, mentioned in a text.
struct GroupMention {
    Jid group;
    std::string subject;
    friend bool operator==(const GroupMention&, const GroupMention&) = default;
};

/// The channel post that a message was forwarded from.
struct ChannelOrigin {
    Jid channel;
    std::string name;
    std::int32_t server_id{0};
    friend bool operator==(const ChannelOrigin&, const ChannelOrigin&) = default;
};

struct Context {
    std::optional<Quote> quote;
    std::vector<Jid> mentions;      ///< bare; the text has `@<user part>` for each
    bool mentions_everyone{false};  ///< "@all"
    std::vector<GroupMention> group_mentions;
    bool forwarded{false};
    std::uint32_t forwarding_score{0};  ///< how often it was passed on; 5 and more shows "forwarded many times"
    std::optional<ChannelOrigin> channel;
    std::chrono::seconds expiration{0};    ///< of a disappearing message; 0 stays
    common::UnixTime expiration_set_at{};  ///< when the chat's timer was set; the epoch when unknown
    std::chrono::seconds after_read{0};    ///< disappears this long after it was read; 0 stays (received only)
    bool question{false};                  ///< a channel's question (received only)
    bool spoiler{false};                   ///< hidden until touched (received only)
    bool group_status{false};              ///< a status for one group (received only)

    friend bool operator==(const Context&, const Context&) = default;
};

/// Why a message belongs to another one (`MessageAssociation.AssociationType`); other values may arrive.
enum class AssociationKind : std::int32_t {
    unknown = 0,
    album = 1,
    event_cover = 3,
    hd_video = 5,
    poll_medium = 7,
    hd_image = 10,
    motion_photo = 12,
    poll_option = 20,
};

/// A part of something larger: a picture of an album, the sharper copy of a picture ...
struct Association {
    AssociationKind kind{AssociationKind::unknown};
    MessageRef parent;
    std::int32_t index{0};
    friend bool operator==(const Association&, const Association&) = default;
};

}  // namespace bridge::whatsapp::content
