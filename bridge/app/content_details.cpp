#include "bridge/app/content_details.hpp"

#include "common/json/json.hpp"

namespace bridge::app {

using common::json::Writer;
using whatsapp::Jid;
namespace content = whatsapp::content;

namespace {

void text(Writer& out, std::string_view name, const std::string& value) {
    if (!value.empty()) out.field(name, value);
}

void jid(Writer& out, std::string_view name, const Jid& value) {
    if (!value.empty()) out.field(name, value.to_string());
}

void time(Writer& out, std::string_view name, common::UnixTime value) {
    if (value != common::UnixTime{}) out.field(name, common::to_rfc3339(value));
}

void flag(Writer& out, std::string_view name, bool value) {
    if (value) out.field(name, true);
}

template <class T>
void number(Writer& out, std::string_view name, T value) {
    if (value != T{}) out.field(name, value);
}

void money(Writer& out, std::string_view name, const content::Money& value) {
    if (value == content::Money{}) return;
    out.key(name).object().field("thousandths", value.thousandths).field("currency", value.currency).end();
}

std::string_view name(content::Payment::Kind kind) {
    using Kind = content::Payment::Kind;
    switch (kind) {
        case Kind::sent: return "sent";
        case Kind::requested: return "requested";
        case Kind::declined: return "declined";
        case Kind::cancelled: return "cancelled";
        case Kind::invite: return "invite";
        case Kind::invoice: return "invoice";
    }
    return "sent";
}

std::string_view name(content::CallEvent::Kind kind) {
    using Kind = content::CallEvent::Kind;
    switch (kind) {
        case Kind::ringing: return "ringing";
        case Kind::scheduled: return "scheduled";
        case Kind::cancelled: return "cancelled";
        case Kind::log: return "log";
    }
    return "log";
}

std::string_view name(content::Choice::Action action) {
    using Action = content::Choice::Action;
    switch (action) {
        case Action::reply: return "reply";
        case Action::url: return "url";
        case Action::call: return "call";
        case Action::flow: return "flow";
    }
    return "reply";
}

/// Writes the member that a body has for itself; most have none.
struct Body {
    Writer& out;

    void operator()(const content::Text& body) const {
        if (body.preview) {
            out.key("link_preview").object().field("url", body.preview->url);
            text(out, "title", body.preview->title);
            text(out, "description", body.preview->description);
            out.end();
        }
        if (!body.style) return;
        out.key("text_style").object().field("background_argb", body.style->background_argb);
        out.field("text_argb", body.style->text_argb).field("font", body.style->font).end();
    }
    void operator()(const content::Location& body) const {
        out.key("location");
        place(body);
    }
    void operator()(const content::LiveLocation& body) const {
        out.key("location").object().field("latitude", body.latitude).field("longitude", body.longitude);
        number(out, "accuracy_m", body.accuracy_m);
        number(out, "speed_mps", static_cast<double>(body.speed_mps));
        number(out, "bearing", body.bearing);
        out.field("live", true).end();
    }
    void operator()(const content::ContactCards& body) const {
        out.key("contacts").array();
        for (const content::ContactCard& card : body.cards) {
            out.object().field("name", card.name).field("vcard", card.vcard).end();
        }
        out.end();
    }
    void operator()(const content::Album& body) const {
        out.key("album").object().field("images", body.images).field("videos", body.videos).end();
    }
    void operator()(const content::StickerPack& body) const {
        out.key("sticker_pack").object().field("id", body.id).field("name", body.name);
        text(out, "publisher", body.publisher);
        text(out, "description", body.description);
        out.field("stickers", body.stickers).end();
    }
    void operator()(const content::PollResult& body) const {
        out.key("poll_result").object().field("name", body.name).key("options").array();
        for (const auto& count : body.counts) {
            out.object().field("name", count.option).field("votes", count.votes).end();
        }
        out.end().end();
    }
    void operator()(const content::Event& body) const {
        out.key("event").object().field("name", body.name);
        text(out, "description", body.description);
        if (body.location) {
            out.key("location");
            place(*body.location);
        }
        text(out, "join_link", body.join_link);
        time(out, "starts_at", body.starts);
        time(out, "ends_at", body.ends);
        flag(out, "is_cancelled", body.cancelled);
        flag(out, "extra_guests_allowed", body.extra_guests_allowed);
        flag(out, "is_call", body.is_call);
        out.end();
    }
    void operator()(const content::Choices& body) const {
        out.key("choices").object();
        text(out, "title", body.title);
        text(out, "text", body.text);
        text(out, "footer", body.footer);
        text(out, "button", body.button);
        out.key("options").array();
        for (const content::Choice& choice : body.choices) {
            out.object().field("action", name(choice.action));
            text(out, "id", choice.id);
            text(out, "label", choice.label);
            text(out, "description", choice.description);
            text(out, "section", choice.section);
            text(out, "target", choice.target);
            out.end();
        }
        out.end();
        if (!body.cards.empty()) {
            out.key("cards").array();
            for (const std::string& card : body.cards) out.value(card);
            out.end();
        }
        out.end();
    }
    void operator()(const content::ChoiceReply& body) const {
        out.key("choice_reply").object().field("id", body.id).field("text", body.text);
        text(out, "description", body.description);
        text(out, "params", body.params_json);
        out.end();
    }
    void operator()(const content::GroupInvite& body) const {
        out.key("group_invite").object().field("group", body.group.to_string()).field("code", body.code);
        text(out, "name", body.name);
        text(out, "caption", body.caption);
        time(out, "expires_at", body.expires);
        flag(out, "is_community", body.community);
        out.end();
    }
    void operator()(const content::ChannelInvite& body) const {
        out.key("channel_invite").object().field("channel", body.channel.to_string());
        text(out, "name", body.name);
        flag(out, "as_admin", body.admin);
        time(out, "expires_at", body.expires);
        out.end();
    }
    void operator()(const content::EventInvite& body) const {
        out.key("event_invite").object().field("id", body.id).field("title", body.title);
        text(out, "call_link", body.call_link);
        time(out, "starts_at", body.starts);
        flag(out, "is_cancelled", body.cancelled);
        out.end();
    }
    void operator()(const content::Product& body) const {
        out.key("product").object().field("id", body.id).field("title", body.title);
        text(out, "description", body.description);
        text(out, "url", body.url);
        money(out, "price", body.price);
        if (body.sale_price) money(out, "sale_price", *body.sale_price);
        jid(out, "owner", body.owner);
        out.end();
    }
    void operator()(const content::Order& body) const {
        out.key("order").object().field("id", body.id).field("title", body.title).field("items", body.items);
        money(out, "total", body.total);
        jid(out, "seller", body.seller);
        out.end();
    }
    void operator()(const content::Payment& body) const {
        out.key("payment").object().field("kind", name(body.kind));
        money(out, "amount", body.amount);
        text(out, "note", body.note);
        jid(out, "from", body.from);
        out.end();
    }
    void operator()(const content::CallEvent& body) const {
        out.key("call").object().field("kind", name(body.kind)).field("is_video", body.video);
        text(out, "title", body.title);
        time(out, "starts_at", std::chrono::floor<std::chrono::seconds>(body.starts));
        text(out, "outcome", body.outcome);
        number(out, "seconds", body.duration.count());
        out.end();
    }
    template <class T>
    void operator()(const T&) const {}

private:
    void place(const content::Location& where) const {
        out.object().field("latitude", where.latitude).field("longitude", where.longitude);
        text(out, "name", where.name);
        text(out, "address", where.address);
        text(out, "url", where.url);
        text(out, "comment", where.comment);
        number(out, "accuracy_m", where.accuracy_m);
        flag(out, "live", where.live);
        out.end();
    }
};

void write_context(Writer& out, const content::Context& context) {
    flag(out, "mentions_everyone", context.mentions_everyone);
    if (!context.group_mentions.empty()) {
        out.key("group_mentions").array();
        for (const content::GroupMention& mention : context.group_mentions) {
            out.object().field("group", mention.group.to_string()).field("name", mention.subject).end();
        }
        out.end();
    }
    if (!context.channel) return;
    out.key("forwarded_from").object().field("channel", context.channel->channel.to_string());
    text(out, "name", context.channel->name);
    out.end();
}

}  // namespace

std::string details_of(const content::Content& content) {
    Writer out;
    out.object();
    std::visit(Body{out}, content.body);
    write_context(out, content.context);
    out.end();
    return out.text() == "{}" ? std::string{} : out.take();
}

}  // namespace bridge::app
