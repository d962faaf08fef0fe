/// Changes that act on what is stored.
#pragma once

#include "bridge/store/content.hpp"

#include <string>
#include <variant>
#include <vector>

namespace bridge::store {

/// One reaction a person; of several the latest counts. Empty takes it back.
struct React {
    std::string emoji;
};
/// New content, by the author only, at most a day after the message (a channel: any time). What was said before is
/// kept.
struct Edit {
    std::string text;
    common::Bytes content;  ///< the new protobuf
    std::string details;    ///< as in `Extras`; "" leaves them
};
/// For everybody, by the author or a group's admin: the content goes, a tombstone stays.
struct Revoke {
    bool as_admin{false};  ///< says the server: what counts while the group's members are not known
};
/// For ourselves: the row goes, and stays away.
struct Hide {};
struct Pin {
    std::chrono::seconds duration{0};  ///< 0 unpins
};
/// A kept message of a disappearing chat stays.
struct Keep {
    bool keep{true};
};
struct Star {
    bool starred{true};
};
/// The whole vote of a voter: replaces the one before. None takes it back.
struct Vote {
    std::vector<common::Bytes> choices;  ///< hashes of options
};
struct AddOption {
    PollOptionInfo option;
};
/// To an event: "going", "not_going", "maybe".
struct Answer {
    std::string answer;
    std::int64_t extra_guests{0};
};
/// What only the message that it acts on can open. Waits for it; `Store::sealed` hands it out.
struct Sealed {
    common::Bytes content;  ///< the protobuf
};

/// Somebody does something to a message. When the message is not there yet (or still a stub), the effect waits and is
/// applied as it comes; what does not count (an edit by somebody else, an older vote) changes nothing. Raises
/// `message_update` with the whole message.
struct Effect {
    Party chat;
    std::string target;  ///< id of the message
    Party who;           ///< bare; own account when `from_me`
    bool from_me{false};
    std::string id;             ///< of the message that carried it; the same again is the same effect
    UnixTime sent{};            ///< server time
    common::UnixMillis time{};  ///< sender's: the latest of several counts. The epoch stands for `sent`
    std::variant<React, Edit, Revoke, Hide, Pin, Keep, Star, Vote, AddOption, Answer, Sealed> what;
};

/// The local copy of a file, or a new place to fetch it from. Raises `message_update` when its state changed.
struct UpdateMedia {
    Party chat;
    std::string id;
    MediaState state{MediaState::remote};
    std::string path;         ///< of the local copy, with `downloaded`; "" leaves it
    std::string direct_path;  ///< "" leaves it
    std::string url;          ///< "" leaves it
    common::Bytes content;    ///< the protobuf that says so; empty leaves it
};

/// The files are removed: `Store::dead_files` need not name them any more.
struct ForgetFiles {
    std::vector<std::string> paths;
};

/// Deletes messages whose time is up, at most `limit`. Raises `message_update` with `deleted_at`.
struct DropDue {
    std::int64_t limit{500};
};

}  // namespace bridge::store
