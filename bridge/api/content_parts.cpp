#include "bridge/api/detail/content_json.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace bridge::api::detail {

namespace content = whatsapp::content;

namespace {

constexpr std::size_t longest_line = 4'096;
constexpr std::size_t longest_url = 2'048;
constexpr std::size_t longest_vcard = 65'536;
constexpr std::size_t longest_option = 400;      ///< 100 characters of four bytes
constexpr std::size_t longest_question = 1'020;  ///< 255 characters of four bytes
constexpr std::size_t largest_thumbnail = 65'536;
constexpr std::int64_t longest_reminder_s = 30 * 86'400;
constexpr std::int64_t any_u32 = std::numeric_limits<std::uint32_t>::max();

}  // namespace

content::Location read_location(Fields place) {
    content::Location location;
    location.latitude = place.needed_number("latitude", -90, 90);
    location.longitude = place.needed_number("longitude", -180, 180);
    location.name = place.text("name", longest_line);
    location.address = place.text("address", longest_line);
    location.url = place.text("url", longest_url);
    location.comment = place.text("comment", longest_line);
    location.accuracy_m = static_cast<std::uint32_t>(place.integer("accuracy_m", 0, 0, any_u32));
    place.refuse_others();
    return location;
}

content::ContactCards read_contacts(std::vector<Fields> cards) {
    content::ContactCards contacts;
    for (Fields& card : cards) {
        content::ContactCard made;
        made.name = card.needed_text("name", longest_line);
        made.vcard = card.needed_text("vcard", longest_vcard);
        if (!made.vcard.empty() && !made.vcard.starts_with("BEGIN:VCARD"))
            card.report("vcard", "must be a vCard, from BEGIN:VCARD to END:VCARD");
        card.refuse_others();
        contacts.cards.push_back(std::move(made));
    }
    return contacts;
}

content::Poll read_poll(Fields poll) {
    content::Poll made;
    made.name = poll.needed_text("name", longest_question);
    made.options = poll.texts("options", 12, longest_option);
    const std::set<std::string> different{made.options.begin(), made.options.end()};
    if (made.options.size() < 2 || different.size() != made.options.size())
        poll.report("options", "must be 2 to 12 texts, different from each other");
    const auto count = static_cast<std::int64_t>(made.options.size());
    made.selectable = static_cast<std::uint32_t>(poll.integer("selectable", 1, 0, std::max<std::int64_t>(count, 1)));
    made.quiz = poll.flag("is_quiz");
    if (poll.has("correct")) {
        made.correct = static_cast<std::size_t>(poll.integer("correct", 0, 0, std::max<std::int64_t>(count - 1, 0)));
        if (!made.quiz) poll.report("correct", "is for a quiz: is_quiz must be true");
    } else if (made.quiz) {
        poll.report("correct", "must say which option is right, from 0");
    }
    made.ends = poll.time("ends_at").value_or(UnixTime{});
    made.hides_voters = poll.flag("hides_voters");
    made.open_options = poll.flag("open_options");
    poll.refuse_others();
    return made;
}

content::Event read_event(Fields event) {
    content::Event made;
    made.name = event.needed_text("name", longest_line);
    made.description = event.text("description", longest_line);
    if (event.has("location")) made.location = read_location(event.object("location"));
    made.join_link = event.text("join_link", longest_url);
    made.starts = event.needed_time("starts_at");
    made.ends = event.time("ends_at").value_or(UnixTime{});
    if (made.ends != UnixTime{} && made.ends < made.starts) event.report("ends_at", "must not be before starts_at");
    made.cancelled = event.flag("is_cancelled");
    made.extra_guests_allowed = event.flag("extra_guests_allowed");
    made.is_call = event.flag("is_call");
    if (event.has("reminder_seconds"))
        made.reminder = std::chrono::seconds{event.integer("reminder_seconds", 0, 0, longest_reminder_s)};
    event.refuse_others();
    return made;
}

content::GroupInvite read_group_invite(Fields invite) {
    content::GroupInvite made;
    if (const auto group = invite.address("group"); group && group->is_group()) {
        made.group = *group;
    } else {
        invite.report("group", "must be the JID of a group");
    }
    made.code = invite.needed_text("code", 64);
    made.name = invite.text("name", longest_line);
    made.caption = invite.text("caption", longest_line);
    made.expires = invite.time("expires_at").value_or(UnixTime{});
    made.community = invite.flag("is_community");
    made.thumbnail = invite.bytes("thumbnail", largest_thumbnail);
    invite.refuse_others();
    return made;
}

content::LinkPreview read_link_preview(Fields preview) {
    content::LinkPreview made;
    made.url = preview.needed_text("url", longest_url);
    made.title = preview.text("title", longest_line);
    made.description = preview.text("description", longest_line);
    made.thumbnail = preview.bytes("thumbnail", largest_thumbnail);
    preview.refuse_others();
    return made;
}

}  // namespace bridge::api::detail
