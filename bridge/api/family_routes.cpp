// Sends as the "unified" bridges call them: one route a kind, with the answer of the Go family.
#include "bridge/api/detail/content_json.hpp"
#include "bridge/api/detail/routes.hpp"
#include "bridge/api/detail/send_answer.hpp"
#include "bridge/api/detail/send_options.hpp"

#include <utility>

namespace bridge::api::detail {

namespace content = whatsapp::content;
using content::MediaKind;

namespace {

constexpr std::size_t longest_message = 65'536;
constexpr std::size_t longest_path = 4'096;

content::Body read_text(Fields& body, SendRequest&) {
    content::Text text;
    text.text = body.needed_text("text", longest_message);
    return text;
}

content::Media file_at(Fields& body, std::string_view field, SendRequest& request) {
    MediaSource source;
    source.path = body.needed_text(field, longest_path);
    content::Media media;
    media.kind = media_kind_of(source.path);
    request.media = std::move(source);
    return media;
}

content::Body read_file(Fields& body, SendRequest& request) {
    auto media = file_at(body, "media_path", request);
    constexpr MediaKind kinds[] = {MediaKind::image, MediaKind::video, MediaKind::audio, MediaKind::document};
    if (body.has("media_type"))
        media.kind = kinds[body.one_of("media_type", {"image", "video", "audio", "document"}, 3)];
    auto caption = body.text("caption", longest_message);
    if (takes_caption(media.kind)) media.caption = std::move(caption);
    return media;
}

content::Body read_voice(Fields& body, SendRequest& request) {
    auto media = file_at(body, "audio_path", request);
    media.kind = MediaKind::voice_note;
    return media;
}

content::Body read_sticker(Fields& body, SendRequest& request) {
    auto media = file_at(body, "sticker_path", request);
    media.kind = MediaKind::sticker;
    return media;
}

/// The FN line of a vCard; "" without one.
std::string name_in_card(std::string_view vcard) {
    while (!vcard.empty()) {
        const auto end = vcard.find('\n');
        std::string_view line = vcard.substr(0, end);
        vcard = end == std::string_view::npos ? std::string_view{} : vcard.substr(end + 1);
        if (!line.starts_with("FN:") && !line.starts_with("FN;")) continue;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        line = line.substr(colon + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        return std::string{line};
    }
    return {};
}

content::Body read_contact(Fields& body, SendRequest&) {
    content::ContactCard card;
    card.vcard = body.needed_text("vcard", longest_message);
    card.name = name_in_card(card.vcard);
    if (card.name.empty()) body.report("vcard", "must be a vCard with a name (FN)");
    content::ContactCards contacts;
    contacts.cards.push_back(std::move(card));
    return contacts;
}

content::Body read_place(Fields& body, SendRequest&) {
    content::Location place;
    place.latitude = body.needed_number("latitude", -90, 90);
    place.longitude = body.needed_number("longitude", -180, 180);
    place.name = body.text("name", longest_path);
    place.address = body.text("address", longest_path);
    return place;
}

using ReadBody = content::Body (*)(Fields&, SendRequest&);

template <ReadBody read>
Answer post(const Deps& deps, const Request& request) {
    BodyReader body{request};
    Fields fields = body.fields();
    SendRequest wanted;
    if (const auto chat = fields.address("chat_jid")) wanted.recipient = chat->to_string();
    if (wanted.recipient.empty()) fields.report("chat_jid", "must be a JID or a phone number");
    wanted.content.body = read(fields, wanted);
    wanted.options = read_send_options(fields, request.headers);
    if (body.problem()) co_return family_failure(400, body.why());
    const std::string recipient = wanted.recipient;
    const auto sent = co_await deps.sender.send(std::move(wanted));
    co_return family_answer(sent, recipient, request);
}

}  // namespace

void add_family_routes(Routes& routes) {
    routes.post("/api/messages/send-text", post<read_text>);
    routes.post("/api/messages/send-media", post<read_file>);
    routes.post("/api/messages/send-voice", post<read_voice>);
    routes.post("/api/messages/send-sticker", post<read_sticker>);
    routes.post("/api/messages/send-contact", post<read_contact>);
    routes.post("/api/messages/send-location", post<read_place>);
}

}  // namespace bridge::api::detail
