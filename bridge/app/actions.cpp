#include "bridge/app/actions.hpp"

#include "bridge/whatsapp/addons/payloads.hpp"
#include "common/crypto/crypto.hpp"

#include <algorithm>

namespace bridge::app {

using common::Kind;
using common::Result;
namespace addons = whatsapp::addons;
namespace content = whatsapp::content;
using content::Content;

common::ErrcInfo describe(ActionErrc code) noexcept {
    switch (code) {
        case ActionErrc::not_yours: return {Kind::unauthorized, "only own messages can be edited"};
        case ActionErrc::not_a_text: return {Kind::invalid, "only texts and captions can be edited"};
        case ActionErrc::not_a_poll: return {Kind::invalid, "the message is not a poll"};
        case ActionErrc::no_such_option: return {Kind::invalid, "the poll has no such option"};
        case ActionErrc::too_many_options: return {Kind::invalid, "the poll does not take that many options"};
        case ActionErrc::not_an_event: return {Kind::invalid, "the message is not an event"};
    }
    return {Kind::internal, "unknown action error"};
}

namespace {

/// Makes the content of one action; a visitor with what all of them need.
class Maker {
public:
    Maker(const ActionTarget& target, const common::Clock& clock) : target_{target}, now_{clock.now_ms()} {}

    Result<Content> operator()(const api::React& react) const {
        content::Reaction reaction;
        reaction.target = target_.ref;
        reaction.emoji = react.emoji;
        reaction.time = now_;
        return of(std::move(reaction));
    }

    Result<Content> operator()(const api::EditText& edit) const {
        if (!target_.own) return ActionErrc::not_yours;
        auto before = content::read(target_.message);
        if (!before) return before.error();
        if (auto* text = std::get_if<content::Text>(&before->body)) {
            text->text = edit.text;
            text->preview.reset();
        } else if (auto* media = std::get_if<content::Media>(&before->body)) {
            media->caption = edit.text;
        } else {
            return ActionErrc::not_a_text;
        }
        auto after = content::write(*before, {});
        if (!after) return after.error();
        content::Edit made;
        made.target = target_.ref;
        made.message = std::move(*after);
        made.time = now_;
        return of(std::move(made));
    }

    Result<Content> operator()(const api::RevokeForAll&) const {
        content::Revoke revoke;
        revoke.target = target_.ref;
        return of(std::move(revoke));
    }

    Result<Content> operator()(const api::PinFor& pin) const {
        content::Pin made;
        made.target = target_.ref;
        made.pinned = pin.duration.count() > 0;
        made.duration = pin.duration;
        made.time = now_;
        return of(std::move(made));
    }

    Result<Content> operator()(const api::KeepIt& keep) const {
        content::Keep made;
        made.target = target_.ref;
        made.kept = keep.keep;
        made.time = now_;
        return of(std::move(made));
    }

    Result<Content> operator()(const api::Vote& vote) const {
        const auto read = content::read(target_.message);
        if (!read) return read.error();
        const auto* poll = std::get_if<content::Poll>(&read->body);
        if (!poll) return ActionErrc::not_a_poll;
        if (poll->selectable != 0 && vote.options.size() > poll->selectable) return ActionErrc::too_many_options;
        for (const std::string& option : vote.options) {
            if (std::find(poll->options.begin(), poll->options.end(), option) == poll->options.end())
                return ActionErrc::no_such_option;
        }
        content::PollVote made;
        made.poll = target_.ref;
        made.vote.payload = addons::make_vote(vote.options);
        made.time = now_;
        return of(std::move(made));
    }

    Result<Content> operator()(const api::AnswerEvent& answer) const {
        const auto read = content::read(target_.message);
        if (!read) return read.error();
        if (!std::holds_alternative<content::Event>(read->body)) return ActionErrc::not_an_event;
        content::EventResponse made;
        made.event = target_.ref;
        addons::EventAnswer plain;
        switch (answer.answer) {
            case api::AnswerEvent::Answer::going: plain.answer = addons::Answer::going; break;
            case api::AnswerEvent::Answer::not_going: plain.answer = addons::Answer::not_going; break;
            case api::AnswerEvent::Answer::maybe: plain.answer = addons::Answer::maybe; break;
        }
        plain.time = now_;
        plain.extra_guests = answer.extra_guests;
        made.response.payload = addons::make_answer(plain);
        return of(std::move(made));
    }

    Result<Content> operator()(const api::ForwardTo&) const {
        content::Forwarding how;
        const auto secret = common::crypto::random_bytes(32);
        how.message_secret = secret;
        how.own = target_.own;
        const auto passed_on = content::forward(target_.message, how);
        if (!passed_on) return passed_on.error();
        return content::read(*passed_on);
    }

private:
    template <class Body>
    static Content of(Body body) {
        Content made;
        made.body = std::move(body);
        return made;
    }

    const ActionTarget& target_;
    common::UnixMillis now_;
};

}  // namespace

Result<Content> content_of(const api::Action& action, const ActionTarget& target, const common::Clock& clock) {
    return std::visit(Maker{target, clock}, action);
}

}  // namespace bridge::app
