/// Values the client emits: what happened on the account, in the field's words. No behaviour.
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bridge::whatsapp::events {

/// Why a message is a stub: it arrived, but could not be opened (yet).
enum class Undecryptable { no, waiting_for_retry, unavailable };

/// A message as it arrived, opened: committed to the inbox before anybody hears of it.
struct IncomingMessage {
    std::int64_t inbox_id{0};  ///< row of the inbox; 0 until stored
    Jid chat;                  ///< bare address as used in the stanza (PN or LID)
    Jid chat_alt;    ///< the chat's other form (LID or PN) where the stanza or the mapping knows it; else empty
    Jid sender;      ///< device that wrote it
    Jid sender_alt;  ///< bare other form of the sender; else empty
    std::string id;
    common::UnixTime time{};  ///< server time
    bool from_me{false};
    std::string push_name;  ///< as the sender calls themselves; may be empty
    common::Bytes content;  ///< wa.e2e.Message (unpadded, deviceSentMessage already taken off); empty for stubs
    common::Bytes addon;  ///< opened payload of an encrypted add-on (vote, reaction, edit ...) in `content`; else empty
    std::string edit;     ///< `edit` attribute of the stanza: "1" edit, "7" revoke, "8" admin revoke ...
    Undecryptable undecryptable{Undecryptable::no};
    bool offline{false};  ///< delivered from the offline queue

    friend bool operator==(const IncomingMessage&, const IncomingMessage&) = default;
};

enum class ReceiptType { delivered, read, played, sender, other };

/// Somebody's device got, read or played messages.
struct Receipt {
    Jid chat;             ///< bare
    Jid chat_alt;         ///< other form where known; else empty
    Jid who;              ///< device or user whose receipt it is
    bool from_me{false};  ///< another device of the own account (read-self)
    ReceiptType type{ReceiptType::delivered};
    std::vector<std::string> ids;
    common::UnixTime time{};

    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// One person's two addresses.
struct Mapping {
    Jid pn;   ///< bare, s.whatsapp.net
    Jid lid;  ///< bare, lid
    friend bool operator==(const Mapping&, const Mapping&) = default;
};

/// What became of a message we sent.
struct SendOutcome {
    Jid chat;
    std::string id;
    bool acknowledged{false};
    bool cancelled{false};           ///< taken back before it was sent
    int error{0};                    ///< ack error code; 0 when acknowledged or on a local failure
    std::string reason;              ///< a sentence, for failures
    common::UnixTime server_time{};  ///< of the acknowledgement
};

/// A send that was accepted: it is in the outbox, and has its effect in the message store from now on.
struct QueuedSend {
    Jid chat;  ///< bare, as the caller addressed it
    Jid chat_alt;
    std::string id;
    common::UnixTime time{};
    common::Bytes content;          ///< wa.e2e.Message
    common::Bytes addon;            ///< payload of an encrypted add-on in `content`, before it was sealed; else empty
    common::UnixTime not_before{};  ///< scheduled for then; the epoch for at once
};

/// The file of a queued send is at its place: what the send said of it before is to be replaced.
struct SendUploaded {
    Jid chat;  ///< as in `QueuedSend`
    std::string id;
    common::Bytes content;  ///< wa.e2e.Message, with the place of the file
};

/// How somebody calls themselves; `source` is "push", "business" or "verified".
struct NameLearned {
    Jid who;  ///< bare
    std::string name;
    std::string source;
};

enum class GroupRank { member, admin, superadmin };

struct GroupMember {
    Jid jid;  ///< bare, in the group's address form
    Jid alt;  ///< bare, the other form where known; else empty
    GroupRank rank{GroupRank::member};
    std::string display_name;  ///< masked number of somebody whose number is hidden; usually empty

    friend bool operator==(const GroupMember&, const GroupMember&) = default;
};

/// A group or community as the server describes it (protocol part 3, section 3.1).
struct GroupInfo {
    Jid jid;
    std::string subject;
    common::UnixTime subject_time{};
    Jid subject_owner;
    Jid owner;  ///< creator; may be empty
    common::UnixTime created{};
    bool lid_addressed{false};  ///< members and messages are addressed by LID
    std::string description;
    std::string description_id;     ///< needed to change the description; "" when there is none
    bool announcement{false};       ///< only admins write
    bool locked{false};             ///< only admins edit the info
    std::uint32_t expiration{0};    ///< disappearing messages, seconds; 0 is off
    std::string member_add_mode;    ///< "admin_add", "all_member_add", or "" when not told
    bool approval_required{false};  ///< joining waits for an admin
    Jid parent;                     ///< community this group belongs to
    bool is_community{false};
    bool is_announcement_group{false};  ///< a community's group for announcements (`default_sub_group`)
    bool suspended{false};
    std::string participant_version;  ///< `p_v_id`
    std::vector<GroupMember> members;

    /// By either address form; null when not a member.
    const GroupMember* find(const Jid& who) const noexcept;
    friend bool operator==(const GroupInfo&, const GroupInfo&) = default;
};

/// The group is (now) like this; `info` is complete.
struct GroupKnown {
    GroupInfo info;
};

/// Somebody changed something in a group: what chat views call a system message.
struct GroupAction {
    Jid group;
    std::string id;    ///< of the notification
    Jid actor;         ///< bare; empty when the server did it
    std::string what;  ///< "add", "remove", "leave", "promote", "demote", "subject", "description", "announcement" ...
    std::vector<Jid> people;  ///< whom it was done to
    std::string text;         ///< new subject, description, seconds of the timer, reason ...
    common::UnixTime time{};
};

/// We are not in the group any more (left, removed, deleted).
struct GroupLeft {
    Jid group;
    common::UnixTime time{};
};

/// Availability of somebody we subscribed to. Never stored by the server: only while we are available ourselves.
struct Presence {
    Jid who;
    bool available{false};
    std::optional<common::UnixTime> last_seen;
};

enum class Typing { paused, composing, recording };

/// Somebody is typing or recording; lapses after about 25 s.
struct ChatState {
    Jid chat;
    Jid who;
    Typing typing{Typing::paused};
};

/// What the client hands to its sink, in the order in which it happened.
using Happening = std::variant<
    IncomingMessage,
    Receipt,
    QueuedSend,
    SendUploaded,
    SendOutcome,
    Mapping,
    NameLearned,
    GroupKnown,
    GroupAction,
    GroupLeft,
    Presence,
    ChatState>;

/// States of the link, as `/api/session` names them.
enum class LinkState { unlinked, linking, connecting, online, offline, logged_out, refused };
std::string_view name(LinkState state) noexcept;

}  // namespace bridge::whatsapp::events
