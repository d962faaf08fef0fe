#include "common/contract/parts.hpp"

namespace common::contract {
namespace {

/// Left out when there is none: most messages have few of these.
template <class T>
void optional_field(json::Writer& out, std::string_view name, const std::optional<T>& value) {
    if (value) out.field(name, *value);
}

void flag(json::Writer& out, std::string_view name, bool set) {
    if (set) out.field(name, true);
}

}  // namespace

void write(json::Writer& out, const Media& media) {
    out.object().field("mime_type", media.mime_type);
    optional_field(out, "file_name", media.file_name);
    out.field("size", media.size);
    optional_field(out, "caption", media.caption);
    optional_field(out, "width", media.width);
    optional_field(out, "height", media.height);
    optional_field(out, "seconds", media.seconds);
    optional_field(out, "pages", media.pages);
    if (!media.waveform.empty()) {
        out.key("waveform").array();
        for (const std::uint8_t value : media.waveform) out.value(static_cast<int>(value));
        out.end();
    }
    flag(out, "animated", media.animated);
    out.field("has_thumbnail", media.has_thumbnail).field("state", media.state).end();
}

void write(json::Writer& out, const Quote& quote) {
    out.object().field("id", quote.id).field("sender", quote.sender).field("sender_name", quote.sender_name);
    out.field("content", quote.content).end();
}

void write(json::Writer& out, const Reaction& reaction) {
    out.object().field("emoji", reaction.emoji).field("sender", reaction.sender);
    out.field("sender_name", reaction.sender_name).field("is_from_me", reaction.is_from_me);
    out.field("time", to_rfc3339(reaction.time)).end();
}

void write(json::Writer& out, const Poll& poll) {
    out.object().field("name", poll.name).key("options").array();
    for (const PollOption& option : poll.options) {
        out.object().field("name", option.name).field("votes", option.votes);
        flag(out, "is_mine", option.is_mine);
        if (!option.voters.empty()) {
            out.key("voters").array();
            for (const Voter& voter : option.voters) {
                out.object().field("jid", voter.jid).field("name", voter.name).end();
            }
            out.end();
        }
        out.end();
    }
    out.end().field("selectable", poll.selectable).field("voters", poll.voters);
    flag(out, "is_quiz", poll.is_quiz);
    optional_field(out, "correct", poll.correct);
    if (poll.ends_at) out.field("ends_at", to_rfc3339(*poll.ends_at));
    out.end();
}

void write(json::Writer& out, const EventAnswers& answers) {
    out.object().field("going", answers.going).field("not_going", answers.not_going).field("maybe", answers.maybe);
    out.field("extra_guests", answers.extra_guests);
    optional_field(out, "mine", answers.mine);
    out.end();
}

void write(json::Writer& out, const EventAnswer& answer) {
    out.object().field("sender", answer.sender).field("sender_name", answer.sender_name);
    out.field("answer", answer.answer).field("extra_guests", answer.extra_guests);
    out.field("is_from_me", answer.is_from_me).field("time", to_rfc3339(answer.time)).end();
}

void write(json::Writer& out, const Version& version) {
    out.object().field("content", version.content).field("time", to_rfc3339(version.time)).end();
}

}  // namespace common::contract
