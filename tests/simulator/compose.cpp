#include "tests/simulator/compose.hpp"

#include "bridge/whatsapp/addons/addons.hpp"
#include "bridge/whatsapp/addons/payloads.hpp"

#include <array>
#include <utility>

namespace simulator {

namespace addons = bridge::whatsapp::addons;
namespace content = bridge::whatsapp::content;
namespace json = common::json;
using common::Error;
using common::Result;

common::ErrcInfo describe(ComposeErrc code) noexcept {
    using common::Kind;
    switch (code) {
        case ComposeErrc::unknown_kind: return {Kind::invalid, "no such kind of content"};
        case ComposeErrc::unknown_message: return {Kind::not_found, "the phone does not know the message"};
        case ComposeErrc::no_secret: return {Kind::conflict, "the message has no secret to seal with"};
        case ComposeErrc::bad_value: return {Kind::invalid, "a value is not understood"};
    }
    return {Kind::internal, "unknown compose error"};
}

namespace {

Bytes bytes_of(json::Value value) {
    auto bytes = common::from_base64(value.string_or(""));
    return bytes ? std::move(*bytes) : Bytes{};
}
std::uint32_t u32_of(json::Value value, std::uint32_t fallback = 0) {
    return static_cast<std::uint32_t>(value.unsigned_integer().value_or(fallback));
}
std::chrono::seconds seconds_of(json::Value value) { return std::chrono::seconds{value.integer_or(0)}; }
common::UnixTime time_of(json::Value value) { return common::UnixTime{seconds_of(value)}; }

/// What a content needs to know besides its JSON.
struct Desk {
    json::Value json;
    const Phone& phone;
    const Jid& chat;

    Result<const PhoneMessage*> target() const {
        const std::string id = json["target"].string_or("");
        const PhoneMessage* message = phone.find_message(id);
        if (message == nullptr) return Error{ComposeErrc::unknown_message, id};
        return message;
    }
    /// A reference to the target, as this phone writes it.
    Result<content::MessageRef> reference() const {
        const auto message = target();
        if (!message) return message.error();
        content::MessageRef reference{chat, (*message)->from_me, (*message)->id, {}};
        if (!(*message)->from_me && !chat.is_user()) reference.participant = phone.address_in(chat, (*message)->from);
        return reference;
    }
    common::UnixMillis now_ms() const {
        return common::UnixMillis{std::chrono::milliseconds{static_cast<std::int64_t>(phone.now() * 1000)}};
    }
    /// `plain`, sealed with the secret of the target.
    Result<content::Sealed> sealed(addons::UseCase use, ByteView plain) const {
        const auto message = target();
        if (!message) return message.error();
        const Bytes secret = content::message_secret_of((*message)->message);
        if (secret.empty()) return ComposeErrc::no_secret;
        const Jid author = phone.address_in(chat, (*message)->from);
        const addons::Parties parties{(*message)->id, author, phone.address_in(chat, phone.number())};
        return addons::seal(use, secret, parties, plain, common::crypto::random_bytes(12));
    }
};

using Made = Result<content::Body>;

Made text(const Desk& desk) {
    content::Text made;
    made.text = desk.json["text"].string_or("");
    if (const json::Value preview = desk.json["preview"]; preview.exists()) {
        content::LinkPreview link;
        link.url = preview["url"].string_or("");
        link.title = preview["title"].string_or("");
        link.description = preview["description"].string_or("");
        link.thumbnail = bytes_of(preview["thumbnail"]);
        made.preview = std::move(link);
    }
    if (desk.json["background_argb"].exists()) {
        made.style =
            content::TextStyle{u32_of(desk.json["background_argb"]), u32_of(desk.json["text_argb"], 0xFFFFFFFF), 0};
    }
    return made;
}

Made location(const Desk& desk) {
    content::Location made;
    made.latitude = desk.json["latitude"].number().value_or(0);
    made.longitude = desk.json["longitude"].number().value_or(0);
    made.name = desk.json["name"].string_or("");
    made.address = desk.json["address"].string_or("");
    return made;
}

Made contacts(const Desk& desk) {
    content::ContactCards made;
    made.title = desk.json["title"].string_or("");
    const json::Value cards = desk.json["cards"];
    for (std::size_t i = 0; i < cards.size(); ++i) {
        made.cards.push_back({cards.at(i)["name"].string_or(""), cards.at(i)["vcard"].string_or("")});
    }
    return made;
}

std::vector<std::string> strings_of(json::Value list) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < list.size(); ++i) texts.push_back(list.at(i).string_or(""));
    return texts;
}

Made poll(const Desk& desk) {
    content::Poll made;
    made.name = desk.json["name"].string_or("");
    made.options = strings_of(desk.json["options"]);
    made.selectable = u32_of(desk.json["selectable"]);
    return made;
}

Made poll_vote(const Desk& desk) {
    const auto poll_key = desk.reference();
    if (!poll_key) return poll_key.error();
    const auto vote = desk.sealed(addons::UseCase::poll_vote, addons::make_vote(strings_of(desk.json["options"])));
    if (!vote) return vote.error();
    return content::PollVote{*poll_key, *vote, desk.now_ms()};
}

Made event(const Desk& desk) {
    content::Event made;
    made.name = desk.json["name"].string_or("");
    made.description = desk.json["description"].string_or("");
    made.starts = time_of(desk.json["starts"]);
    made.ends = time_of(desk.json["ends"]);
    made.join_link = desk.json["join_link"].string_or("");
    if (const json::Value place = desk.json["location"]; place.exists()) {
        content::Location where;
        where.latitude = place["latitude"].number().value_or(0);
        where.longitude = place["longitude"].number().value_or(0);
        where.name = place["name"].string_or("");
        made.location = std::move(where);
    }
    return made;
}

Made event_response(const Desk& desk) {
    const auto key = desk.reference();
    if (!key) return key.error();
    constexpr std::array<std::pair<std::string_view, addons::Answer>, 3> answers{
        {{"going", addons::Answer::going}, {"not_going", addons::Answer::not_going}, {"maybe", addons::Answer::maybe}}};
    addons::EventAnswer answer;
    for (const auto& [word, value] : answers) {
        if (desk.json["response"].string_or("") == word) answer.answer = value;
    }
    if (answer.answer == addons::Answer::unknown) return Error{ComposeErrc::bad_value, "response"};
    answer.time = desk.now_ms();
    answer.extra_guests = static_cast<std::int32_t>(desk.json["extra_guests"].integer_or(0));
    const auto sealed = desk.sealed(addons::UseCase::event_response, addons::make_answer(answer));
    if (!sealed) return sealed.error();
    return content::EventResponse{*key, *sealed};
}

Made reaction(const Desk& desk) {
    const auto key = desk.reference();
    if (!key) return key.error();
    return content::Reaction{*key, desk.json["emoji"].string_or(""), desk.now_ms(), ""};
}

Made encrypted_reaction(const Desk& desk) {
    const auto key = desk.reference();
    if (!key) return key.error();
    const Bytes plain = addons::make_reaction({desk.json["emoji"].string_or(""), desk.now_ms()});
    const auto sealed = desk.sealed(addons::UseCase::reaction, plain);
    if (!sealed) return sealed.error();
    return content::EncryptedReaction{*key, *sealed};
}

Made edit(const Desk& desk) {
    const auto key = desk.reference();
    if (!key) return key.error();
    content::Content fresh;
    fresh.body = content::Text{desk.json["text"].string_or(""), {}, {}};
    const auto message = content::write(fresh, {});
    if (!message) return message.error();
    return content::Edit{*key, *message, desk.now_ms()};
}

Made revoke(const Desk& desk) {
    const auto key = desk.reference();
    if (!key) return key.error();
    return content::Revoke{*key};
}

Made pin(const Desk& desk) {
    const auto key = desk.reference();
    if (!key) return key.error();
    const bool pinned = desk.json["pinned"].boolean_or(true);
    const auto duration = std::chrono::seconds{desk.json["duration"].integer_or(pinned ? 604800 : 0)};
    return content::Pin{*key, pinned, duration, desk.now_ms()};
}

Made keep(const Desk& desk) {
    const auto key = desk.reference();
    if (!key) return key.error();
    return content::Keep{*key, desk.json["kept"].boolean_or(true), desk.now_ms()};
}

Made timer(const Desk& desk) {
    return content::DisappearingTimer{
        seconds_of(desk.json["seconds"]), std::chrono::floor<std::chrono::seconds>(desk.now_ms())};
}

Made album(const Desk& desk) { return content::Album{u32_of(desk.json["images"]), u32_of(desk.json["videos"])}; }

Made group_invite(const Desk& desk) {
    content::GroupInvite made;
    const auto group = Jid::parse(desk.json["group"].string_or(""));
    if (!group || !group->is_group()) return Error{ComposeErrc::bad_value, "group"};
    made.group = *group;
    made.code = desk.json["code"].string_or("");
    made.expires = time_of(desk.json["expires"]);
    made.name = desk.json["group_name"].string_or("");
    made.caption = desk.json["caption"].string_or("");
    return made;
}

Made phone_number_request(const Desk&) { return content::PhoneNumberRequest{}; }

struct Maker {
    std::string_view kind;
    Made (*make)(const Desk&);
};
constexpr std::array makers{
    Maker{"text", text},
    Maker{"location", location},
    Maker{"contacts", contacts},
    Maker{"poll", poll},
    Maker{"poll_vote", poll_vote},
    Maker{"event", event},
    Maker{"event_response", event_response},
    Maker{"reaction", reaction},
    Maker{"encrypted_reaction", encrypted_reaction},
    Maker{"edit", edit},
    Maker{"revoke", revoke},
    Maker{"pin", pin},
    Maker{"keep", keep},
    Maker{"timer", timer},
    Maker{"album", album},
    Maker{"group_invite", group_invite},
    Maker{"phone_number_request", phone_number_request}};

struct FileKind {
    std::string_view name;
    content::MediaKind kind;
    const char* mime;
};
constexpr std::array file_kinds{
    FileKind{"image", content::MediaKind::image, "image/jpeg"},
    FileKind{"video", content::MediaKind::video, "video/mp4"},
    FileKind{"gif", content::MediaKind::gif, "video/mp4"},
    FileKind{"video_note", content::MediaKind::video_note, "video/mp4"},
    FileKind{"audio", content::MediaKind::audio, "audio/mp4"},
    FileKind{"voice_note", content::MediaKind::voice_note, "audio/ogg; codecs=opus"},
    FileKind{"document", content::MediaKind::document, "application/octet-stream"},
    FileKind{"sticker", content::MediaKind::sticker, "image/webp"}};

content::Media file_of(const FileKind& kind, json::Value json) {
    content::Media file;
    file.kind = kind.kind;
    file.mime_type = json["mime"].string_or(kind.mime);
    file.caption = json["caption"].string_or("");
    file.file_name = json["file_name"].string_or("");
    file.title = json["title"].string_or(file.file_name);
    file.width = u32_of(json["width"]);
    file.height = u32_of(json["height"]);
    file.duration = seconds_of(json["seconds"]);
    file.waveform = bytes_of(json["waveform"]);
    file.thumbnail = bytes_of(json["thumbnail"]);
    file.page_count = u32_of(json["page_count"]);
    file.animated = json["animated"].boolean_or(false);
    return file;
}

Result<FileContent> source_of(json::Value json) {
    FileContent source;
    if (const auto data = json["data"].string()) {
        auto bytes = common::from_base64(*data);
        if (!bytes) return Error{ComposeErrc::bad_value, "data is base64"};
        source.data = std::move(*bytes);
    }
    source.path = json["file"].string_or("");
    source.generated = json["size"].unsigned_integer().value_or(0);
    source.seed = json["seed"].string_or("");
    return source;
}

common::Status add_context(content::Content& made, const Desk& desk) {
    content::Context& context = made.context;
    for (const std::string& who : strings_of(desk.json["mentions"])) {
        const auto jid = Jid::parse_recipient(who);
        const auto number = jid ? desk.phone.number_of(jid->normalised()) : std::nullopt;
        if (!number) return Error{ComposeErrc::bad_value, "mentions"};
        context.mentions.push_back(desk.phone.address_in(desk.chat, *number));
    }
    context.mentions_everyone = desk.json["mentions_everyone"].boolean_or(false);
    context.forwarded = desk.json["forwarded"].boolean_or(false);
    context.forwarding_score = u32_of(desk.json["forwarding_score"], context.forwarded ? 1 : 0);
    context.expiration = seconds_of(desk.json["expiration"]);
    if (const auto id = desk.json["quote"].string()) {
        const PhoneMessage* quoted = desk.phone.find_message(std::string{*id});
        if (quoted == nullptr) return Error{ComposeErrc::unknown_message, std::string{*id}};
        auto quote = content::quote_of(quoted->message, quoted->id, desk.phone.address_in(desk.chat, quoted->from));
        if (!quote) return quote.error();
        context.quote = std::move(*quote);
    }
    if (const auto id = desk.json["album"].string()) {
        content::Association part;
        part.kind = content::AssociationKind::album;
        part.parent = content::MessageRef{desk.chat, true, std::string{*id}, {}};
        made.association = std::move(part);
    }
    made.view_once = desk.json["view_once"].boolean_or(false);
    return {};
}

}  // namespace

Result<Composed> compose(json::Value json, const Phone& phone, const Jid& chat) {
    const Desk desk{json, phone, chat};
    const std::string kind = json["kind"].string_or("");
    Composed composed;
    if (auto added = add_context(composed.content, desk); !added) return added.error();
    for (const FileKind& file : file_kinds) {
        if (file.name != kind) continue;
        auto source = source_of(json);
        if (!source) return source.error();
        composed.content.body = file_of(file, json);
        composed.file = std::move(*source);
        return composed;
    }
    for (const Maker& maker : makers) {
        if (maker.kind != kind) continue;
        auto body = maker.make(desk);
        if (!body) return body.error();
        composed.content.body = std::move(*body);
        return composed;
    }
    return Error{ComposeErrc::unknown_kind, kind};
}

}  // namespace simulator
