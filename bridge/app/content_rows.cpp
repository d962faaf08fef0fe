#include "bridge/app/content_rows.hpp"

#include "bridge/app/content_details.hpp"
#include "bridge/whatsapp/content/describe.hpp"
#include "common/crypto/crypto.hpp"
#include "common/json/json.hpp"

#include <algorithm>
#include <limits>

namespace bridge::app {

using common::UnixTime;
using whatsapp::Jid;
namespace content = whatsapp::content;

namespace {

/// After this long nothing disappears any more: hostile timers must not overflow.
constexpr std::chrono::seconds longest_timer{10LL * 366 * 24 * 3600};

store::MediaInfo media_of(const content::Media& media) {
    store::MediaInfo info;
    info.mime_type = media.mime_type;
    info.file_name = media.file_name;
    info.url = media.url;
    info.direct_path = media.direct_path;
    info.media_key = common::to_bytes(media.media_key.view());
    info.file_sha256 = media.file_sha256;
    info.file_enc_sha256 = media.file_enc_sha256;
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    info.file_length = static_cast<std::int64_t>(std::min(media.file_length, most));
    info.key_time = media.media_key_time;
    info.width = media.width;
    info.height = media.height;
    info.seconds = media.duration.count();
    info.pages = media.page_count;
    info.waveform = media.waveform;
    info.thumbnail = media.thumbnail;
    info.animated = media.animated;
    return info;
}

store::PollInfo poll_of(const content::Poll& poll) {
    store::PollInfo info;
    info.name = poll.name;
    for (const std::string& option : poll.options) {
        const auto hash = common::crypto::sha256(common::as_bytes(option));
        info.options.push_back({option, common::to_bytes(common::ByteView{hash})});
    }
    info.selectable = poll.selectable;
    info.quiz = poll.quiz;
    if (poll.correct) info.correct = static_cast<std::int64_t>(*poll.correct);
    if (poll.ends != UnixTime{}) info.ends = poll.ends;
    return info;
}

bool is_own(const Jid& jid, const store::Party& own) {
    const std::string address = jid.normalised().bare().to_string();
    return address == own.jid || address == own.lid;
}

void fill_context(store::Extras& extras, const content::Context& context, UnixTime sent, const store::Party& own) {
    if (context.quote) {
        store::QuoteInfo quote;
        quote.id = context.quote->id;
        quote.sender = party_of(context.quote->author);
        quote.text = content::describe(context.quote->message).text;
        extras.quote = std::move(quote);
    }
    for (const Jid& mentioned : context.mentions) {
        extras.mentions.push_back(mentioned.normalised().bare().to_string());
        extras.mentions_me = extras.mentions_me || is_own(mentioned, own);
    }
    extras.mentions_me = extras.mentions_me || context.mentions_everyone;
    extras.forwarded = context.forwarded;
    extras.forwarding_score = context.forwarding_score;
    if (context.expiration.count() > 0) extras.expires_at = sent + std::min(context.expiration, longest_timer);
}

/// A flow's label stands in its parameters, mostly.
content::Content with_labels(content::Content what) {
    auto* choices = std::get_if<content::Choices>(&what.body);
    if (!choices) return what;
    for (content::Choice& choice : choices->choices) {
        if (choice.action != content::Choice::Action::flow || !choice.label.empty()) continue;
        const auto params = common::json::Document::parse(choice.target);
        if (!params) continue;
        const auto title = params->root()["title"].string_or("");
        choice.label = params->root()["display_text"].string_or(title);
    }
    return what;
}

/// Nothing that a text has not by itself.
bool is_plain(const store::Extras& extras) {
    return extras.kind.empty() && !extras.media && !extras.quote && extras.mentions.empty() && !extras.mentions_me &&
           !extras.forwarded && !extras.view_once && !extras.expires_at && extras.parent.empty() && !extras.poll &&
           extras.details.empty();
}

}  // namespace

store::Party party_of(const Jid& jid, const Jid& other) {
    store::Party party;
    for (const Jid& one : {jid, other}) {
        if (one.empty()) continue;
        (one.is_lid() ? party.lid : party.jid) = one.normalised().bare().to_string();
    }
    return party;
}

common::Bytes message_of(const store::StoredMessage& stored) {
    common::Bytes message = stored.content;
    const common::Bytes secret = content::message_secret_of(stored.original);
    constexpr std::size_t secret_size = 32;
    if (secret.size() != secret_size || !content::message_secret_of(message).empty()) return message;
    // messageContextInfo(35) { messageSecret(3) }: fields that follow a serialised message are merged into it.
    for (const int byte : {0x9A, 0x02, 0x22, 0x1A, 0x20}) message.push_back(static_cast<std::uint8_t>(byte));
    common::append(message, secret);
    return message;
}

void fill_content(store::AddMessage& row, const content::Content& given, const store::Party& own) {
    const content::Content whole = with_labels(given);
    // A comment is a message like others, except that it belongs to another one.
    const auto* comment = std::get_if<content::Comment>(&whole.body);
    const auto inside = comment ? content::read(comment->message) : common::Result<content::Content>{whole};
    const content::Content& what = inside ? *inside : whole;
    const content::Description described = content::describe(what);
    row.text = described.text;
    row.media_type = described.media_type;
    store::Extras extras;
    if (described.kind != content::Kind::text) extras.kind = content::name(described.kind);
    if (const auto* media = std::get_if<content::Media>(&what.body)) extras.media = media_of(*media);
    if (const auto* choices = std::get_if<content::Choices>(&what.body); choices && choices->media)
        extras.media = media_of(*choices->media);
    if (const auto* poll = std::get_if<content::Poll>(&what.body)) extras.poll = poll_of(*poll);
    if (comment) {
        extras.kind = content::name(content::Kind::comment);
        extras.parent = comment->target.id;
    }
    if (what.association && !what.association->parent.empty()) extras.parent = what.association->parent.id;
    extras.view_once = what.view_once;
    extras.details = details_of(what);
    fill_context(extras, what.context, row.time, own);
    if (row.chat.jid == store::status_chat) {
        // Statuses are gone a day after they were posted.
        extras.expires_at = row.time + std::chrono::hours{24};
    }
    if (!is_plain(extras)) row.extras = std::move(extras);
}

}  // namespace bridge::app
