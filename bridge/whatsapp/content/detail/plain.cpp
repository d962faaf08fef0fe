#include "bridge/whatsapp/content/detail/bodies.hpp"
#include "bridge/whatsapp/content/detail/fields.hpp"

#include <cmath>

namespace bridge::whatsapp::content::detail {
namespace {

using wa::e2e::ExtendedTextMessage;
using wa::e2e::LiveLocationMessage;
using wa::e2e::LocationMessage;
using wa::e2e::Message;

constexpr int max_cards = 257;  // what the apps send at most

LinkPreview read_preview(const ExtendedTextMessage& message) {
    LinkPreview preview;
    preview.url = text(message.matched_text());
    preview.title = text(message.title());
    preview.description = text(message.description());
    preview.thumbnail = bytes(message.jpeg_thumbnail());
    preview.type = message.preview_type();
    if (!message.thumbnail_direct_path().empty()) {
        Thumbnail large;
        large.direct_path = text(message.thumbnail_direct_path());
        large.sha256 = bytes(message.thumbnail_sha256());
        large.enc_sha256 = bytes(message.thumbnail_enc_sha256());
        large.width = message.thumbnail_width();
        large.height = message.thumbnail_height();
        preview.large = std::move(large);
        preview.large_key = common::SecretBytes{bytes(message.media_key())};
        preview.large_key_time = time(message.media_key_timestamp());
    }
    return preview;
}

void put_preview(ExtendedTextMessage& message, const LinkPreview& preview) {
    using M = ExtendedTextMessage;
    put(message, &M::mutable_matched_text, preview.url);
    put(message, &M::mutable_title, preview.title);
    put(message, &M::mutable_description, preview.description);
    put(message, &M::mutable_jpeg_thumbnail, preview.thumbnail);
    if (M::PreviewType_IsValid(preview.type)) message.set_preview_type(static_cast<M::PreviewType>(preview.type));
    if (!preview.large) return;
    put(message, &M::mutable_thumbnail_direct_path, preview.large->direct_path);
    put(message, &M::mutable_thumbnail_sha256, preview.large->sha256);
    put(message, &M::mutable_thumbnail_enc_sha256, preview.large->enc_sha256);
    put(message, &M::set_thumbnail_width, preview.large->width);
    put(message, &M::set_thumbnail_height, preview.large->height);
    put(message, &M::mutable_media_key, common::as_text(preview.large_key.view()));
    put(message, &M::set_media_key_timestamp, unix_seconds(preview.large_key_time));
}

Text read_text(const ExtendedTextMessage& message) {
    Text out;
    out.text = text(message.text());
    if (!message.matched_text().empty() || !message.title().empty()) out.preview = read_preview(message);
    if (message.has_background_argb() || message.has_text_argb() || message.has_font())
        out.style = TextStyle{message.background_argb(), message.text_argb(), message.font()};
    return out;
}

LiveLocation read_live(const LiveLocationMessage& message) {
    LiveLocation live;
    live.latitude = message.degrees_latitude();
    live.longitude = message.degrees_longitude();
    live.accuracy_m = message.accuracy_in_meters();
    live.speed_mps = message.speed_in_mps();
    live.bearing = message.degrees_clockwise_from_magnetic_north();
    live.caption = text(message.caption());
    live.sequence = message.sequence_number();
    live.thumbnail = bytes(message.jpeg_thumbnail());
    return live;
}

ContactCard read_card(const wa::e2e::ContactMessage& message) {
    return {text(message.display_name()), text(message.vcard())};
}

}  // namespace

Location read_location(const LocationMessage& message) {
    Location location;
    location.latitude = message.degrees_latitude();
    location.longitude = message.degrees_longitude();
    location.name = text(message.name());
    location.address = text(message.address());
    location.url = text(message.url());
    location.comment = text(message.comment());
    location.accuracy_m = message.accuracy_in_meters();
    location.live = message.is_live();
    location.thumbnail = bytes(message.jpeg_thumbnail());
    return location;
}

common::Status put(LocationMessage& message, const Location& location) {
    using M = LocationMessage;
    const bool on_earth = std::abs(location.latitude) <= 90 && std::abs(location.longitude) <= 180;
    if (!on_earth) return Errc::bad_location;  // neither is NaN
    message.set_degrees_latitude(location.latitude);
    message.set_degrees_longitude(location.longitude);
    put(message, &M::mutable_name, location.name);
    put(message, &M::mutable_address, location.address);
    put(message, &M::mutable_url, location.url);
    put(message, &M::mutable_comment, location.comment);
    put(message, &M::set_accuracy_in_meters, location.accuracy_m);
    put(message, &M::set_is_live, location.live);
    put(message, &M::mutable_jpeg_thumbnail, location.thumbnail);
    return {};
}

std::optional<Body> read_plain(const Message& message) {
    if (message.has_conversation()) {
        Text plain;
        plain.text = text(message.conversation());
        return plain;
    }
    if (message.has_extended_text_message()) return read_text(message.extended_text_message());
    if (message.has_location_message()) return read_location(message.location_message());
    if (message.has_live_location_message()) return read_live(message.live_location_message());
    if (message.has_contact_message()) {
        ContactCards one;
        one.cards.push_back(read_card(message.contact_message()));
        return one;
    }
    if (message.has_contacts_array_message()) {
        const auto& array = message.contacts_array_message();
        ContactCards several;
        several.title = text(array.display_name());
        for (int i = 0; i < std::min(array.contacts_size(), max_cards); ++i)
            several.cards.push_back(read_card(array.contacts(i)));
        return several;
    }
    return std::nullopt;
}

common::Status put(Message& message, const Text& text) {
    if (text.text.empty()) return Errc::no_text;
    if (!text.preview && !text.style) {
        message.set_conversation(text.text);
        return {};
    }
    auto& extended = *message.mutable_extended_text_message();
    extended.set_text(text.text);
    if (text.preview) put_preview(extended, *text.preview);
    if (text.style) {
        extended.set_background_argb(text.style->background_argb);
        extended.set_text_argb(text.style->text_argb);
        using M = ExtendedTextMessage;
        if (M::FontType_IsValid(text.style->font)) extended.set_font(static_cast<M::FontType>(text.style->font));
    }
    return {};
}

common::Status put(Message& message, const Location& location) {
    return put(*message.mutable_location_message(), location);
}

common::Status put(Message& message, const ContactCards& cards) {
    if (cards.cards.empty() || cards.cards.size() > max_cards) return Errc::bad_contact;
    const auto fill = [](wa::e2e::ContactMessage& out, const ContactCard& card) -> common::Status {
        if (card.name.empty() || card.vcard.find("BEGIN:VCARD") == std::string::npos) return Errc::bad_contact;
        out.set_display_name(card.name);
        out.set_vcard(card.vcard);
        return {};
    };
    if (cards.cards.size() == 1) return fill(*message.mutable_contact_message(), cards.cards.front());
    auto& array = *message.mutable_contacts_array_message();
    array.set_display_name(cards.title.empty() ? std::to_string(cards.cards.size()) + " contacts" : cards.title);
    for (const ContactCard& card : cards.cards) {
        if (auto filled = fill(*array.add_contacts(), card); !filled) return filled;
    }
    return {};
}

}  // namespace bridge::whatsapp::content::detail
