#include "bridge/app/effect_rows.hpp"

#include "bridge/app/content_details.hpp"
#include "bridge/app/content_rows.hpp"
#include "bridge/whatsapp/addons/addons.hpp"
#include "bridge/whatsapp/addons/payloads.hpp"
#include "bridge/whatsapp/content/describe.hpp"
#include "common/crypto/crypto.hpp"

namespace bridge::app {

using common::UnixMillis;
using whatsapp::Jid;
namespace addons = whatsapp::addons;
namespace content = whatsapp::content;

namespace {

/// Longer ids are nobody's: clients make about 20 characters.
constexpr std::size_t longest_id = 255;

struct Sealing {
    addons::UseCase use;
    const content::MessageRef* target;
    const content::Sealed* sealed;
};

std::optional<Sealing> sealing_of(const content::Content& what) {
    if (const auto* vote = std::get_if<content::PollVote>(&what.body))
        return Sealing{addons::UseCase::poll_vote, &vote->poll, &vote->vote};
    if (const auto* answer = std::get_if<content::EventResponse>(&what.body))
        return Sealing{addons::UseCase::event_response, &answer->event, &answer->response};
    if (const auto* reaction = std::get_if<content::EncryptedReaction>(&what.body))
        return Sealing{addons::UseCase::reaction, &reaction->target, &reaction->reaction};
    if (const auto* comment = std::get_if<content::EncryptedComment>(&what.body))
        return Sealing{addons::UseCase::comment, &comment->target, &comment->comment};
    const auto* edit = std::get_if<content::EncryptedEdit>(&what.body);
    const auto use = edit ? addons::use_case_of(edit->kind) : std::nullopt;
    if (!use) return std::nullopt;
    return Sealing{*use, &edit->target, &edit->edit};
}

std::string_view name(addons::Answer answer) {
    switch (answer) {
        case addons::Answer::going: return "going";
        case addons::Answer::not_going: return "not_going";
        case addons::Answer::maybe: return "maybe";
        case addons::Answer::unknown: break;
    }
    return "";
}

/// Makes the effect of one body; nothing for bodies without one.
class Maker {
public:
    explicit Maker(const AddOn& add_on) : add_on_{add_on} {}

    std::optional<store::Effect> operator()(const content::Reaction& body) const {
        return made(body.target, store::React{body.emoji}, body.time);
    }
    std::optional<store::Effect> operator()(const content::Edit& body) const {
        return edit(body.target, body.message, body.time);
    }
    std::optional<store::Effect> operator()(const content::Revoke& body) const {
        return made(body.target, store::Revoke{add_on_.edit == "8"}, {});
    }
    std::optional<store::Effect> operator()(const content::Pin& body) const {
        const auto duration = body.pinned ? body.duration : std::chrono::seconds{0};
        return made(body.target, store::Pin{duration}, body.time);
    }
    std::optional<store::Effect> operator()(const content::Keep& body) const {
        return made(body.target, store::Keep{body.kept}, body.time);
    }
    std::optional<store::Effect> operator()(const content::PollOptionAdded& body) const {
        return add_option(body.poll, body.option);
    }

    std::optional<store::Effect> operator()(const content::PollVote& body) const {
        const auto hashes = addons::parse_vote(*add_on_.opened);
        if (!hashes) return std::nullopt;
        store::Vote vote;
        for (const addons::OptionHash& hash : *hashes) vote.choices.push_back(common::Bytes(hash.begin(), hash.end()));
        return made(body.poll, std::move(vote), body.time);
    }
    std::optional<store::Effect> operator()(const content::EventResponse& body) const {
        const auto answer = addons::parse_answer(*add_on_.opened);
        if (!answer || name(answer->answer).empty()) return std::nullopt;
        store::Answer out{std::string{name(answer->answer)}, answer->extra_guests};
        return made(body.event, std::move(out), answer->time);
    }
    std::optional<store::Effect> operator()(const content::EncryptedReaction& body) const {
        const auto reaction = addons::parse_reaction(*add_on_.opened);
        if (!reaction) return std::nullopt;
        return made(body.target, store::React{reaction->emoji}, reaction->time);
    }
    std::optional<store::Effect> operator()(const content::EncryptedEdit& body) const {
        const auto inside = content::read(*add_on_.opened);
        if (!inside) return std::nullopt;
        if (const auto* option = std::get_if<content::PollOptionAdded>(&inside->body))
            return add_option(body.target, option->option);
        // Some wrap the new content once more, as an edit that is not sealed.
        if (const auto* wrapped = std::get_if<content::Edit>(&inside->body))
            return edit(body.target, wrapped->message, wrapped->time);
        return edit(body.target, *add_on_.opened, {});
    }

    template <class Body>
    std::optional<store::Effect> operator()(const Body&) const {
        return std::nullopt;
    }

    template <class What>
    std::optional<store::Effect> made(const content::MessageRef& target, What what, UnixMillis time) const {
        if (target.id.empty() || target.id.size() > longest_id) return std::nullopt;
        store::Effect effect;
        // What is done to a status comes in the chat with its author.
        const bool to_status = target.chat.to_string() == store::status_chat;
        effect.chat = to_status ? party_of(target.chat) : add_on_.chat;
        effect.target = target.id;
        effect.who = add_on_.who;
        effect.from_me = add_on_.from_me;
        effect.id = add_on_.id;
        effect.sent = add_on_.time;
        effect.time = time;
        effect.what = std::move(what);
        return effect;
    }

private:
    std::optional<store::Effect> edit(const content::MessageRef& target, const common::Bytes& message, UnixMillis time)
        const {
        const auto inside = content::read(message);
        if (!inside || content::describe(*inside).role != content::Description::Role::message) return std::nullopt;
        store::Edit out{content::describe(*inside).text, message, details_of(*inside)};
        return made(target, std::move(out), time);
    }

    std::optional<store::Effect> add_option(const content::MessageRef& poll, const std::string& option) const {
        const auto hash = common::crypto::sha256(common::as_bytes(option));
        store::AddOption out{{option, common::to_bytes(common::ByteView{hash})}};
        return made(poll, std::move(out), {});
    }

    const AddOn& add_on_;
};

/// A comment that was sealed is a message like others.
std::optional<store::Change> row_of(
    const AddOn& add_on, const content::EncryptedComment& sealed, const store::Party& own
) {
    content::Comment comment;
    comment.target = sealed.target;
    comment.message = *add_on.opened;
    content::Content what;
    what.body = std::move(comment);
    store::AddMessage row;
    row.chat = add_on.chat;
    row.sender = add_on.who;
    row.id = add_on.id;
    row.time = add_on.time;
    row.from_me = add_on.from_me;
    row.is_group = row.chat.jid.ends_with("@g.us");
    row.status = row.from_me ? "sent" : "received";
    row.count_unread = !row.from_me;
    fill_content(row, what, own);
    row.content = add_on.content;
    return store::Change{std::move(row)};
}

addons::Names names_of(const store::Party& party) {
    addons::Names names;
    if (auto jid = Jid::parse(party.jid)) names.pn = std::move(*jid);
    if (auto lid = Jid::parse(party.lid)) names.lid = std::move(*lid);
    names.found = names.lid.empty() ? names.pn : names.lid;
    return names;
}

}  // namespace

std::optional<store::Change> change_of(const AddOn& add_on, const content::Content& what, const store::Party& own) {
    const auto sealing = sealing_of(what);
    if (sealing && !add_on.opened) {
        auto sealed = Maker{add_on}.made(*sealing->target, store::Sealed{add_on.content}, {});
        if (!sealed) return std::nullopt;
        return store::Change{std::move(*sealed)};
    }
    if (const auto* comment = std::get_if<content::EncryptedComment>(&what.body)) return row_of(add_on, *comment, own);
    auto effect = std::visit(Maker{add_on}, what.body);
    if (!effect) return std::nullopt;
    return store::Change{std::move(*effect)};
}

std::optional<store::Change> open_sealed(
    const store::Effect& sealed, common::ByteView message, const store::Party& author, const store::Party& own
) {
    const auto* waiting = std::get_if<store::Sealed>(&sealed.what);
    if (!waiting) return std::nullopt;
    const auto what = content::read(waiting->content);
    const auto sealing = what ? sealing_of(*what) : std::nullopt;
    if (!sealing) return std::nullopt;
    const common::Bytes secret = content::message_secret_of(message);
    auto opened =
        addons::open_any(sealing->use, secret, sealed.target, names_of(author), names_of(sealed.who), *sealing->sealed);
    if (!opened) return std::nullopt;
    AddOn add_on;
    add_on.chat = sealed.chat;
    add_on.who = sealed.who;
    add_on.from_me = sealed.from_me;
    add_on.id = sealed.id;
    add_on.time = sealed.sent;
    add_on.content = waiting->content;
    add_on.opened = std::move(opened->plain);
    return change_of(add_on, *what, own);
}

}  // namespace bridge::app
