/// Contents of messages as typed values: what a message says, read from and written to `wa.e2e.Message` (protocol part
/// 2, sections 4.2 and 7). Pure: no network, no clock, no random bytes of its own.
///
/// The headers beside this one: `context` `media` `kinds` `business` hold the values, `unwrap` takes an opened
/// plaintext apart, `labels` says how the stanza must be marked, `describe` what lists and search show, `capabilities`
/// which chat takes what. Keys of sealed add-ons are the room `addons`.
#pragma once

#include "bridge/whatsapp/content/business.hpp"
#include "bridge/whatsapp/content/context.hpp"
#include "bridge/whatsapp/content/kinds.hpp"
#include "bridge/whatsapp/content/media.hpp"
#include "common/result/result.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace bridge::whatsapp::content {

enum class Errc {
    not_a_message = 1,
    too_deep,
    receive_only,
    no_target,
    no_text,
    no_caption,
    bad_secret,
    bad_poll,
    bad_event,
    bad_media,
    bad_seal,
    bad_location,
    bad_contact,
    bad_view_once,
    not_forwardable,
};
common::ErrcInfo describe(Errc code) noexcept;

/// A protocolMessage that is no content: for the rooms of history, app state, mappings and groups. Never shown.
struct Protocol {
    std::int32_t type{0};   ///< `wa.e2e.ProtocolMessage.Type`
    common::Bytes message;  ///< wa.e2e.ProtocolMessage
    friend bool operator==(const Protocol&, const Protocol&) = default;
};

/// Asks for the reader's phone number.
struct PhoneNumberRequest {
    friend bool operator==(const PhoneNumberRequest&, const PhoneNumberRequest&) = default;
};

/// "Open this message on your phone": a business masks it for linked devices.
struct Placeholder {
    friend bool operator==(const Placeholder&, const Placeholder&) = default;
};

/// Something that we recognise at most by name.
struct Other {
    std::uint32_t field{0};  ///< of `wa.e2e.Message`
    std::string name;        ///< "unknown" when we do not
    friend bool operator==(const Other&, const Other&) = default;
};

/// Nothing to show: keys or contexts alone.
using Nothing = std::monostate;

using Body = std::variant<
    Nothing,
    Text,
    Media,
    Album,
    StickerPack,
    Location,
    LiveLocation,
    ContactCards,
    Poll,
    PollVote,
    PollOptionAdded,
    PollResult,
    Event,
    EventResponse,
    Reaction,
    EncryptedReaction,
    Comment,
    EncryptedComment,
    Edit,
    EncryptedEdit,
    Revoke,
    Pin,
    Keep,
    DisappearingTimer,
    MemberLabel,
    Choices,
    ChoiceReply,
    GroupInvite,
    ChannelInvite,
    EventInvite,
    Product,
    Order,
    Payment,
    CallEvent,
    PhoneNumberRequest,
    Placeholder,
    Protocol,
    Other>;

/// What a message says.
struct Content {
    Context context;
    bool view_once{false};
    std::optional<Association> association;  ///< a child of an album, ...
    Body body;
    friend bool operator==(const Content&, const Content&) = default;
};

/// Takes wrappers off (at most 8) and reads. JIDs that do not parse and numbers out of range come out empty; only bytes
/// that are no message, or wrappers without end, fail.
common::Result<Content> read(common::ByteView message);

/// The serialised `wa.e2e.Message` with its wrappers (documents with a caption, view-once, edits). `message_secret`:
/// 32 random bytes or nothing; polls and events need it, and it is left out where it has no use (`takes_secret`).
/// Fails for what people only receive, and for values that receivers would refuse.
common::Result<common::Bytes> write(const Content& content, common::ByteView message_secret);

/// Whether a message of this body carries a message secret (protocol part 2, section 4.2).
bool takes_secret(const Body& body) noexcept;

/// The 32-byte message secret inside, wherever the wrappers put it; empty when there is none.
common::Bytes message_secret_of(common::ByteView message);

/// A quote of `message`: wrappers, contexts and secrets taken off. `chat` only when the answer goes to another chat.
common::Result<Quote> quote_of(common::ByteView message, std::string id, const Jid& author, const Jid& chat = {});

/// How to pass a message on.
struct Forwarding {
    common::ByteView message_secret;     ///< of the new message
    bool own{false};                     ///< an own message passed on for the first time is not marked
    std::chrono::seconds expiration{0};  ///< the target chat's timer
    common::UnixTime expiration_set_at{};
};
/// `message` as a new one for another chat: marked as forwarded, without quote and mentions; fields that we do not know
/// survive. View-once messages and what acts on another message are `not_forwardable`.
common::Result<common::Bytes> forward(common::ByteView message, const Forwarding& how);

/// What kind a content is, for people and programs.
enum class Kind {
    nothing,
    text,
    image,
    video,
    gif,
    video_note,
    audio,
    voice_note,
    document,
    sticker,
    album,
    sticker_pack,
    location,
    live_location,
    contacts,
    poll,
    poll_vote,
    poll_option,
    poll_result,
    event,
    event_response,
    reaction,
    encrypted_reaction,
    comment,
    encrypted_comment,
    edit,
    encrypted_edit,
    revoke,
    pin,
    keep,
    timer,
    member_label,
    buttons,
    list,
    template_,
    interactive,
    choice_reply,
    group_invite,
    channel_invite,
    event_invite,
    product,
    order,
    payment,
    call,
    phone_number_request,
    placeholder,
    protocol,
    other,
};
Kind kind_of(const Body& body) noexcept;
/// "voice_note", "poll" ...
std::string_view name(Kind kind) noexcept;

}  // namespace bridge::whatsapp::content
