#include "bridge/api/detail/content_json.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace bridge::api::detail {

namespace content = whatsapp::content;
using content::MediaKind;

namespace {

constexpr std::size_t longest_message = 65'536;
constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_path = 4'096;
constexpr std::size_t longest_url = 2'048;
constexpr std::size_t longest_id = 256;
constexpr std::size_t most_mentions = 1'024;
constexpr std::size_t most_cards = 256;
constexpr std::int64_t most_album_items = 100;
constexpr std::int64_t any_u32 = std::numeric_limits<std::uint32_t>::max();

/// What `type` may say.
enum class Type {
    text,
    image,
    video,
    gif,
    video_note,
    audio,
    voice,
    voice_note,
    document,
    sticker,
    file,
    location,
    contacts,
    poll,
    event,
    group_invite,
    album,
};

Type read_type(Fields& body) {
    return static_cast<Type>(body.one_of(
        "type",
        {"text",
         "image",
         "video",
         "gif",
         "video_note",
         "audio",
         "voice",
         "voice_note",
         "document",
         "sticker",
         "file",
         "location",
         "contacts",
         "poll",
         "event",
         "group_invite",
         "album"},
        0
    ));
}

/// Nothing for contents that are no file.
std::optional<MediaKind> media_kind(Type type, const std::string& file_name) {
    switch (type) {
        case Type::image: return MediaKind::image;
        case Type::video: return MediaKind::video;
        case Type::gif: return MediaKind::gif;
        case Type::video_note: return MediaKind::video_note;
        case Type::audio: return MediaKind::audio;
        case Type::voice:
        case Type::voice_note: return MediaKind::voice_note;
        case Type::document: return MediaKind::document;
        case Type::sticker: return MediaKind::sticker;
        case Type::file: return media_kind_of(file_name);
        default: return std::nullopt;
    }
}

bool may_be_view_once(MediaKind kind) {
    return kind == MediaKind::image || kind == MediaKind::video || kind == MediaKind::voice_note;
}

content::Text read_text(Fields& body) {
    content::Text text;
    text.text = body.needed_text("text", longest_message);
    if (body.has("link_preview")) {
        text.preview = read_link_preview(body.object("link_preview"));
        // Receivers find the link by its words in the text.
        if (text.text.find(text.preview->url) == std::string::npos)
            body.report("link_preview.url", "must stand in the text");
    }
    if (body.has("text_style")) {
        Fields given = body.object("text_style");
        content::TextStyle style;
        style.background_argb = static_cast<std::uint32_t>(given.integer("background_argb", 0, 0, any_u32));
        style.text_argb = static_cast<std::uint32_t>(given.integer("text_argb", 0xFFFFFFFF, 0, any_u32));
        style.font = static_cast<std::int32_t>(given.integer("font", 0, 0, 20));
        given.refuse_others();
        text.style = style;
    }
    return text;
}

/// The last part of where the file comes from.
std::string name_in(const MediaSource& source) {
    std::string_view place = source.path.empty() ? source.url : source.path;
    if (source.path.empty()) place = place.substr(0, place.find_first_of("?#"));
    const auto slash = place.rfind('/');
    return std::string{slash == std::string_view::npos ? place : place.substr(slash + 1)};
}

void read_media(Fields& body, Type type, const whatsapp::Jid& chat, SendRequest& request) {
    if (!body.has("media")) body.report("media", "is needed: path, upload, url or message_id");
    request.media = read_media_source(body.object("media"));
    content::Media media;
    media.file_name = body.text("file_name", longest_name);
    if (media.file_name.find_first_of("/\\") != std::string::npos)
        body.report("file_name", "must be a name, not a path");
    media.kind = *media_kind(type, media.file_name.empty() ? name_in(*request.media) : media.file_name);
    media.caption = body.text("caption", longest_message);
    if (!media.caption.empty() && !takes_caption(media.kind)) body.report("caption", "is not shown with this type");
    request.content.view_once = body.flag("view_once");
    if (request.content.view_once && !may_be_view_once(media.kind))
        body.report("view_once", "is for images, videos and voice notes");
    request.content.body = std::move(media);
    const std::string album = body.text("album_id", longest_id);
    if (album.empty()) return;
    content::Association part;
    part.kind = content::AssociationKind::album;
    part.parent.chat = chat;
    part.parent.from_me = true;
    part.parent.id = album;
    request.content.association = std::move(part);
}

content::Album read_album(Fields album) {
    content::Album made;
    made.images = static_cast<std::uint32_t>(album.integer("images", 0, 0, most_album_items));
    made.videos = static_cast<std::uint32_t>(album.integer("videos", 0, 0, most_album_items));
    if (made.images + made.videos < 2) album.report("images", "and videos must be at least 2 together");
    album.refuse_others();
    return made;
}

/// The part of a type that is no file, from the member of its name.
content::Body read_part(Fields& body, Type type) {
    const auto part = [&](std::string_view name) {
        if (!body.has(name)) body.report(name, "is needed");
        return body.object(name);
    };
    switch (type) {
        case Type::location: return read_location(part("location"));
        case Type::contacts: {
            auto cards = body.objects("contacts", most_cards);
            if (cards.empty()) body.report("contacts", "must be a list of name and vcard");
            return read_contacts(std::move(cards));
        }
        case Type::poll: return read_poll(part("poll"));
        case Type::event: return read_event(part("event"));
        case Type::group_invite: return read_group_invite(part("group_invite"));
        case Type::album: return read_album(part("album"));
        default: return read_text(body);
    }
}

std::string lower_extension(std::string_view file_name) {
    const auto dot = file_name.rfind('.');
    if (dot == std::string_view::npos || file_name.size() - dot > 8) return {};
    std::string extension{file_name.substr(dot + 1)};
    for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return extension;
}

}  // namespace

MediaKind media_kind_of(std::string_view file_name) {
    struct Row {
        std::string_view extension;
        MediaKind kind;
    };
    constexpr std::array rows{
        Row{"jpg", MediaKind::image},       Row{"jpeg", MediaKind::image}, Row{"png", MediaKind::image},
        Row{"webp", MediaKind::image},      Row{"gif", MediaKind::image},  Row{"mp4", MediaKind::video},
        Row{"mov", MediaKind::video},       Row{"avi", MediaKind::video},  Row{"mkv", MediaKind::video},
        Row{"webm", MediaKind::video},      Row{"3gp", MediaKind::video},  Row{"ogg", MediaKind::voice_note},
        Row{"opus", MediaKind::voice_note}, Row{"mp3", MediaKind::audio},  Row{"m4a", MediaKind::audio},
        Row{"aac", MediaKind::audio},       Row{"amr", MediaKind::audio},  Row{"wav", MediaKind::audio},
        Row{"flac", MediaKind::audio},
    };
    const std::string extension = lower_extension(file_name);
    const auto* const row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.extension == extension; });
    return row == rows.end() ? MediaKind::document : row->kind;
}

bool takes_caption(MediaKind kind) noexcept {
    return kind == MediaKind::image || kind == MediaKind::video || kind == MediaKind::gif ||
           kind == MediaKind::document;
}

MediaSource read_media_source(Fields media) {
    MediaSource source;
    source.path = media.text("path", longest_path);
    source.upload = media.text("upload", longest_id);
    source.url = media.text("url", longest_url);
    source.message_id = media.text("message_id", longest_id);
    if (const auto chat = media.address("chat_jid")) source.chat_jid = chat->to_string();
    const int named = int{!source.path.empty()} + int{!source.upload.empty()} + int{!source.url.empty()} +
                      int{!source.message_id.empty()};
    if (named != 1) media.report("path", "or exactly one of upload, url and message_id must be given");
    if (!source.url.empty() && !source.url.starts_with("https://") && !source.url.starts_with("http://"))
        media.report("url", "must be an http or https URL");
    media.refuse_others();
    return source;
}

SendRequest read_message(Fields& body) {
    SendRequest request;
    const auto recipient = body.address("to");
    if (!recipient) body.report("to", "must be a JID or a phone number");
    if (recipient) request.recipient = recipient->to_string();
    const Type type = read_type(body);
    if (media_kind(type, {})) {
        read_media(body, type, recipient.value_or(whatsapp::Jid{}), request);
    } else {
        request.content.body = read_part(body, type);
    }
    if (body.has("quote")) {
        Fields quote = body.object("quote");
        request.quoted_id = quote.needed_text("message_id", longest_id);
        if (const auto chat = quote.address("chat_jid")) request.quoted_chat = chat->to_string();
        quote.refuse_others();
    }
    request.content.context.mentions = body.addresses("mentions", most_mentions);
    request.content.context.mentions_everyone = body.flag("mention_everyone");
    return request;
}

}  // namespace bridge::api::detail
